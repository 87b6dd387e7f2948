/*
 * DIMSE messages: written element by element, read for the few numbers that count.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stddef.h>
#include <string.h>

#include "load.h"

static void add(Bytes *b, const void *bytes, size_t len)
{
    memcpy(b->at + b->len, bytes, len);
    b->len += len;
}

void add_element(Bytes *b, uint16_t group, uint16_t number, const char *vr, const char *value)
{
    uint16_t tag[2] = { group, number }, half = (uint16_t)(strlen(value) + strlen(value) % 2);
    uint32_t whole = half;
    add(b, tag, 4);
    if (vr)
        add(b, vr, 2);
    add(b, vr ? (const void *)&half : (const void *)&whole, vr ? 2 : 4);
    add(b, value, strlen(value));
    if (strlen(value) % 2)
        add(b, vr && strcmp(vr, "UI") != 0 ? " " : "", 1);
}

void add_number(Bytes *b, uint16_t element_number, uint16_t value)
{
    uint16_t tag[2] = { 0, element_number };
    uint32_t two    = 2;
    add(b, tag, 4);
    add(b, &two, 4);
    add(b, &value, 2);
}

void add_fragment(Bytes *out, const Bytes *in, uint8_t control)
{
    uint8_t head[12] = { 0x04 };
    put_u32be(head + 2, (uint32_t)in->len + 6);
    put_u32be(head + 6, (uint32_t)in->len + 2);
    head[10] = 1;
    head[11] = control;
    add(out, head, 12);
    add(out, in->at, in->len);
}

void command_close(Bytes *command)
{
    uint32_t rest = (uint32_t)command->len - 12;
    memcpy(command->at, "\0\0\0\0\4\0\0\0", 8);
    memcpy(command->at + 8, &rest, 4);
}

void command_read(const uint8_t *at, size_t len, Said *ret)
{
    static const struct {
        uint16_t element;
        size_t   place;
    } NUMBERS[] = { { 0x0100, offsetof(Said, field) },     { 0x0110, offsetof(Said, message) },
                    { 0x0900, offsetof(Said, status) },    { 0x1021, offsetof(Said, completed) },
                    { 0x1022, offsetof(Said, failed) } };
    *ret = (Said){ 0 };
    for (size_t e = 0; e + 10 <= len;) {
        uint16_t element = (uint16_t)(at[e + 2] | at[e + 3] << 8);
        for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++)
            if (NUMBERS[i].element == element)
                *(int *)((char *)ret + NUMBERS[i].place) = at[e + 8] | at[e + 9] << 8;
        e += 8 + ((size_t)at[e + 4] | (size_t)at[e + 5] << 8 | (size_t)at[e + 6] << 16);
    }
}

bool store_answer(int fd, uint8_t context, int message)
{
    Bytes command = { .len = 12 }, out = { 0 };
    add_number(&command, 0x0100, 0x8001);
    add_number(&command, 0x0120, (uint16_t)message);
    add_number(&command, 0x0800, 0x0101);
    add_number(&command, 0x0900, 0);
    command_close(&command);
    add_fragment(&out, &command, 3);
    out.at[10] = context;
    return send_whole(fd, out.at, out.len);
}
