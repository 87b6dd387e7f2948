/*
 * Fields of a template's text, {{name}}, and the notes of a reading. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/mrrt/mrrt_room.h"

const char *mrrt_note_name(MrrtNoteKind k)
{
    static const char *const NAMES[] = { "active", "outside", "choice", "box", "table", "codes", "rights" };
    return (unsigned)k < COUNT(NAMES) ? NAMES[k] : "";
}

/* UTF-16 units, as the page counts them. */
size_t mrrt_units(Slice utf8)
{
    size_t units = 0;
    for (size_t i = 0; i < utf8.len; i++) {
        unsigned char c = (unsigned char)utf8.at[i];
        units += (c & 0xC0) == 0x80 ? 0 : c >= 0xF0 ? 2 : 1;
    }
    return units;
}

bool mrrt_field_next(Slice text, size_t at, Slice *ret_name, size_t *ret_begin, size_t *ret_end)
{
    for (size_t i = at; i + 3 < text.len; i++) {
        if (text.at[i] != '{' || text.at[i + 1] != '{')
            continue;
        size_t end = i + 2;
        while (end < text.len && text.at[end] != '{' && text.at[end] != '}' && text.at[end] != '\n')
            end++;
        Slice name = slice_part(text, i + 2, end - i - 2);
        if (end + 1 >= text.len || text.at[end] != '}' || text.at[end + 1] != '}' || !slice_trim(name).len || mrrt_units(name) > MRRT_FIELD_MAX)
            continue;
        *ret_name  = name;
        *ret_begin = i;
        *ret_end   = end + 2;
        return true;
    }
    return false;
}

void mrrt_note(Mrrt *m, Arena *arena, MrrtNoteKind kind, Slice about)
{
    about = slice_whole_letters(slice_part(slice_trim(about), 0, NOTE_ABOUT_MAX));
    for (size_t i = 0; i < m->note_count; i++)
        if (m->notes[i].kind == kind && slice_equal(m->notes[i].about, about)) {
            m->notes[i].count++;
            return;
        }
    if (m->note_count < MRRT_NOTES_MAX)
        m->notes[m->note_count++] = (MrrtNote) { .kind = kind, .about = arena_slice(arena, about), .count = 1 };
}
