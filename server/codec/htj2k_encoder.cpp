/*
 * HTJ2K by OpenJPH: line by line in, one code stream in memory out; and back, of what was just made.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codec/htj2k_encoder.h"

#include <cstring>
#include <vector>

#include <openjph/ojph_arch.h>
#include <openjph/ojph_codestream.h>
#include <openjph/ojph_file.h>
#include <openjph/ojph_mem.h>
#include <openjph/ojph_params.h>

static void describe(ojph::codestream &stream, const Htj2kImage &image)
{
    ojph::param_siz size = stream.access_siz();
    size.set_image_extent(ojph::point(image.columns, image.rows));
    size.set_num_components(image.components);
    for (uint32_t c = 0; c < image.components; c++)
        size.set_component(c, ojph::point(1, 1), image.bits, image.is_signed);
    ojph::param_cod how = stream.access_cod();
    how.set_num_decomposition(image.levels);
    how.set_block_dims(64, 64);
    how.set_progression_order("RPCL");
    how.set_color_transform(image.colour_transform);
    how.set_reversible(true);
    stream.set_planar(!image.colour_transform);
}

/* The library says which component it wants next: all of one first when planar, else one line of each in
 * turn. */
static void feed(ojph::codestream &stream, const Htj2kImage &image)
{
    ojph::ui32      component = 0;
    ojph::line_buf *line      = stream.exchange(nullptr, component);
    const uint32_t  lines     = image.rows * image.components;
    for (uint32_t i = 0; i < lines; i++) {
        const uint32_t y = image.colour_transform ? i / image.components : i % image.rows;
        image.line(image.from, y, component, line->i32);
        line = stream.exchange(line, component);
    }
}

/* The lines come in the order in which they went in. */
static bool compare(ojph::codestream &stream, const Htj2kImage &image, int32_t *expected)
{
    const uint32_t lines = image.rows * image.components;
    for (uint32_t i = 0; i < lines; i++) {
        ojph::ui32      component = 0;
        ojph::line_buf *line      = stream.pull(component);
        const uint32_t  y         = image.colour_transform ? i / image.components : i % image.rows;
        if (!line || component >= image.components)
            return false;
        image.line(image.from, y, component, expected);
        if (std::memcmp(line->i32, expected, image.columns * sizeof *expected) != 0)
            return false;
    }
    return true;
}

extern "C" bool htj2k_is(const Htj2kImage *image, const uint8_t *bytes, size_t len)
{
    try {
        std::vector<int32_t> expected(image->columns);
        ojph::codestream     stream;
        ojph::mem_infile     in;
        in.open(bytes, len);
        stream.read_headers(&in);
        const ojph::param_siz size = stream.access_siz();
        if (size.get_num_components() != image->components || size.get_image_extent().x != image->columns ||
            size.get_image_extent().y != image->rows || size.get_bit_depth(0) != image->bits ||
            size.is_signed(0) != image->is_signed)
            return false;
        stream.set_planar(!image->colour_transform);
        stream.create();
        const bool same = compare(stream, *image, expected.data());
        stream.close();
        return same;
    } catch (...) {
        return false;
    }
}

extern "C" bool htj2k_encode(const Htj2kImage *image, Htj2kTake *take, void *with)
{
    try {
        ojph::codestream  stream;
        ojph::mem_outfile out;
        describe(stream, *image);
        out.open(static_cast<size_t>(image->columns) * image->rows * image->components / 2 + 65536);
        stream.write_headers(&out);
        feed(stream, *image);
        stream.flush();
        const bool ok = take(out.get_data(), static_cast<size_t>(out.tell()), with);
        stream.close();
        return ok;
    } catch (...) {
        return false;
    }
}
