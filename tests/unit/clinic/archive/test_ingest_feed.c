/*
 * Tests of the helper that writes a file while it comes: its bytes stay where they are, whatever a later look at the
 * head makes of them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "archive_world.h"

enum {
    MEGABYTE = 1 << 20, /* at which the head is looked at again */
    AS_SHORT = 8 << 16 | 'H' << 8 | 'S', /* "SH" and a length of 8, read as the length of an implicit element */
};

static void put(Buf *to, uint32_t tag, const char *vr, Slice value)
{
    (void)buf_add_u16le(to, (uint16_t)(tag >> 16));
    (void)buf_add_u16le(to, (uint16_t)tag);
    (void)buf_add(to, slice_of(vr));
    (void)buf_add_u16le(to, (uint16_t)value.len);
    (void)buf_add(to, value);
}

static void put_uid(Buf *to, uint32_t tag, const char *uid)
{
    char padded[66] = { 0 };
    (void)snprintf(padded, sizeof padded, "%s", uid);
    put(to, tag, "UI", slice_bytes(padded, (strlen(uid) + 1) & ~(size_t)1));
}

/* A sequence of VR UN that is read with explicit VRs while little is there, with implicit ones once a megabyte is: then it
 * swallows study and series, and ends with the megabyte. 'before': bytes of the file before the data set. */
static const char ENDS[16] = "\xFE\xFF\x0D\xE0\0\0\0\0\xFE\xFF\xDD\xE0\0\0\0"; /* of the item, of the sequence */
static void two_faced(size_t before, Buf *to)
{
    put_uid(to, TAG_SOP_CLASS_UID, AN_IMAGE.class_uid);
    put_uid(to, TAG_SOP_INSTANCE_UID, AN_IMAGE.uid);
    (void)buf_add(to, slice_bytes("\x09\0\x01\x10UN\0\0\xFF\xFF\xFF\xFF", 12));
    (void)buf_add(to, slice_bytes("\xFE\xFF\0\xE0\xFF\xFF\xFF\xFF", 8));
    size_t swallowed = to->len + 8 + AS_SHORT;
    put(to, 0x00091002, "SH", SLICE("AAAAAAAA"));
    (void)buf_add(to, slice_bytes(ENDS, sizeof ENDS));
    put_uid(to, TAG_STUDY_INSTANCE_UID, AN_IMAGE.study);
    put_uid(to, TAG_SERIES_INSTANCE_UID, AN_IMAGE.series);
    (void)buf_add(to, slice_bytes("\x29\0\x10\x10OB\0\0\0\0\x20\0", 12)); /* 2 MB */
    while (to->len < swallowed)
        (void)buf_add_char(to, 'x');
    (void)buf_add(to, slice_bytes("\x09\0\x03\x10", 4));
    (void)buf_add_u32le(to, (uint32_t)(MEGABYTE - before - (to->len + 4) - sizeof ENDS));
    while (to->len < MEGABYTE - before - sizeof ENDS)
        (void)buf_add_char(to, 'x');
    (void)buf_add(to, slice_bytes(ENDS, sizeof ENDS));
    while (to->len < 2 * MEGABYTE + 4096)
        (void)buf_add_char(to, 'x');
}

static void a_head_that_is_read_otherwise_later_is_refused(void **state) /* E30 */
{
    World    *w      = *state;
    OWNED_BUF head   = buf_make(4096);
    OWNED_BUF object = buf_make(8 << 20);
    Err       err    = { 0 };
    assert_true(part10_header(slice_of(AN_IMAGE.class_uid), slice_of(AN_IMAGE.uid), SLICE(UID_EXPLICIT_VR_LITTLE_ENDIAN),
                              slice_of(A_PEER.ae_title), &head, &err));
    two_faced(head.len, &object);
    w->archive->processors = 64; /* a helper is given whatever this machine has */
    OWNED(Ingest) *in = ingest_begin(w->archive, &A_PEER, SLICE(UID_EXPLICIT_VR_LITTLE_ENDIAN), slice_of(AN_IMAGE.class_uid),
                                     slice_of(AN_IMAGE.uid), &err);
    size_t at = 0, megabyte = MEGABYTE - head.len;
    for (; at + 1000 < megabyte; at += 1000)
        assert_true(ingest_append(in, slice_part(buf_slice(&object), at, 1000), &err));
    assert_false(ingest_append(in, slice_part(buf_slice(&object), at, 1000), &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_head_that_is_read_otherwise_later_is_refused, world_new, world_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
