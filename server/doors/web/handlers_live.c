/*
 * The test of a line: bytes down, bytes up, kept by nobody. O4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/handlers.h"
#include "doors/web/web.h"

enum { LINE_TEST_MAX = 4 << 20 };

static const char NOTHING[LINE_TEST_MAX];

/* GET ?bytes=1..4194304 (1 MiB): zeros, which the edge does not compress (application/octet-stream). */
bool line_test_down(Request *q, HttpResponse *a, Err *err)
{
    int64_t bytes = 1 << 20;
    return query_int(q, "bytes", 1, LINE_TEST_MAX, &bytes, err) && answer_text(a, "application/octet-stream", (Slice) { NOTHING, (size_t)bytes }, err);
}

bool line_test_up(Request *q, HttpResponse *a, Err *err)
{
    return answer_json(a, json_pack("{s:I}", "bytes", (json_int_t)q->body.len), err);
}
