/*
 * A seed becomes letters, levels and places; those become grey levels. Pure but for the seed. O4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/display_picture.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>

enum {
    DOT     = 7, /* pixels of one dot of a letter */
    BAND    = 100, /* height of a row of letters */
    CELL    = DISPLAY_WIDTH / DISPLAY_COLUMNS,
    MARGIN  = 10,
    STAIR   = DISPLAY_WIDTH / DISPLAY_STAIRS,
    STAIR_Y = DISPLAY_ROWS * BAND,
    STAIR_H = 96,
    TILE_Y  = STAIR_Y + STAIR_H,
    TILE_H  = DISPLAY_HEIGHT - TILE_Y,
    TILE_W  = DISPLAY_WIDTH / 4,
    SQUARE  = 16,
    SQUARE_CONTRAST = 8,
    INSERT  = 54,
    LEVEL_5 = 13, /* 5 % of 255 */
    LEVEL_95 = 242,
};

static const uint8_t GROUND[DISPLAY_ROWS]      = { 26, 128, 230 }; /* 10, 50, 90 % */
static const uint8_t CONTRAST[DISPLAY_COLUMNS] = { 16, 11, 8, 6, 4, 2 };

/* Five dots wide, seven high; bit 4 is the left dot. In the order of DISPLAY_LETTERS. */
static const uint8_t GLYPHS[][7] = {
    { 0x0E, 0x11, 0x11, 0x1F, 0x11, 0x11, 0x11 }, /* A */
    { 0x0F, 0x10, 0x10, 0x10, 0x10, 0x10, 0x0F }, /* C */
    { 0x1E, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1E }, /* D */
    { 0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x1F }, /* E */
    { 0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x10 }, /* F */
    { 0x11, 0x11, 0x11, 0x1F, 0x11, 0x11, 0x11 }, /* H */
    { 0x07, 0x02, 0x02, 0x02, 0x02, 0x12, 0x0C }, /* J */
    { 0x11, 0x12, 0x14, 0x18, 0x14, 0x12, 0x11 }, /* K */
    { 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x1F }, /* L */
    { 0x11, 0x19, 0x19, 0x15, 0x13, 0x13, 0x11 }, /* N */
    { 0x1E, 0x11, 0x11, 0x1E, 0x10, 0x10, 0x10 }, /* P */
    { 0x1F, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04 }, /* T */
    { 0x11, 0x11, 0x11, 0x11, 0x0A, 0x0A, 0x04 }, /* V */
    { 0x11, 0x11, 0x0A, 0x04, 0x0A, 0x11, 0x11 }, /* X */
    { 0x11, 0x11, 0x0A, 0x04, 0x04, 0x04, 0x04 }, /* Y */
    { 0x1F, 0x01, 0x02, 0x04, 0x08, 0x10, 0x1F }, /* Z */
};

_Static_assert(COUNT(GLYPHS) == sizeof DISPLAY_LETTERS - 1, "a glyph for each letter");

/* ---- from the seed ---- */

bool display_seed(char ret[DISPLAY_SEED], Err *err)
{
    uint8_t bytes[32];
    if (RAND_bytes(bytes, sizeof bytes) != 1)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "no randomness for a test picture");
    for (size_t i = 0; i < sizeof bytes; i++)
        (void)snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

typedef struct Dice {
    const char *seed;
    unsigned    block;
    uint8_t     bytes[32];
    size_t      left;
    bool        broken;
} Dice;

/* A number below 'below' (at most 256). What would favour the low ones is thrown again. */
static unsigned roll(Dice *d, unsigned below)
{
    for (;;) {
        if (!d->left) {
            char text[DISPLAY_SEED + 16];
            int  len = snprintf(text, sizeof text, "%s %u", d->seed, d->block++);
            d->left  = sizeof d->bytes;
            if (EVP_Digest(text, (size_t)len, d->bytes, NULL, EVP_sha256(), NULL) != 1) {
                d->broken = true;
                return 0;
            }
        }
        unsigned byte = d->bytes[--d->left];
        if (byte < 256 - 256 % below)
            return byte % below;
    }
}

bool display_challenge(const char *seed, DisplayChallenge *ret, Err *err)
{
    Dice d = { .seed = seed };
    *ret   = (DisplayChallenge) { .squares = DISPLAY_STAIRS };
    for (size_t row = 0; row < DISPLAY_ROWS; row++) {
        memcpy(ret->contrast[row], CONTRAST, sizeof CONTRAST);
        for (size_t i = DISPLAY_COLUMNS; i > 1; i--) {
            size_t  k                 = roll(&d, (unsigned)i);
            uint8_t was               = ret->contrast[row][k];
            ret->contrast[row][k]     = ret->contrast[row][i - 1];
            ret->contrast[row][i - 1] = was;
        }
        for (size_t i = 0; i < DISPLAY_COLUMNS; i++) {
            ret->letters[row][i] = DISPLAY_LETTERS[roll(&d, sizeof DISPLAY_LETTERS - 1)];
            ret->dx[row][i]      = (uint8_t)(MARGIN + roll(&d, CELL - 5 * DOT - 2 * MARGIN + 1));
            ret->dy[row][i]      = (uint8_t)(MARGIN + roll(&d, BAND - 7 * DOT - 2 * MARGIN + 1));
        }
    }
    memset(ret->square, true, sizeof ret->square);
    for (unsigned gone = roll(&d, 6); gone; gone--) { /* none to five without a square; the same drawn twice is one */
        unsigned i = roll(&d, DISPLAY_STAIRS);
        ret->squares -= ret->square[i];
        ret->square[i] = false;
    }
    ret->dark            = (DisplayCorner)roll(&d, 4);
    ret->light           = (DisplayCorner)roll(&d, 4);
    ret->horizontal_left = roll(&d, 2) == 1;
    return !d.broken || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "no digest for a test picture");
}

/* ---- to grey levels ---- */

static void fill(uint8_t *at, int x, int y, int width, int height, int level)
{
    for (int row = y; row < y + height; row++)
        memset(at + (size_t)row * DISPLAY_WIDTH + x, level, (size_t)width);
}

static void letter(uint8_t *at, int x, int y, char which, int level)
{
    const uint8_t *glyph = GLYPHS[strchr(DISPLAY_LETTERS, which) - DISPLAY_LETTERS];
    for (int row = 0; row < 7; row++)
        for (int column = 0; column < 5; column++)
            if (glyph[row] >> (4 - column) & 1)
                fill(at, x + column * DOT, y + row * DOT, DOT, DOT, level);
}

static void insert(uint8_t *at, int x, DisplayCorner where, int ground, int level)
{
    bool right = where == CORNER_TOP_RIGHT || where == CORNER_BOTTOM_RIGHT;
    bool low   = where == CORNER_BOTTOM_LEFT || where == CORNER_BOTTOM_RIGHT;
    fill(at, x, TILE_Y, TILE_W, TILE_H, ground);
    fill(at, x + TILE_W / 4 - INSERT / 2 + (right ? TILE_W / 2 : 0), TILE_Y + TILE_H / 4 - INSERT / 2 + (low ? TILE_H / 2 : 0), INSERT, INSERT, level);
}

/* One pixel black, one white: the finest lines the screen has. */
static void lines(uint8_t *at, int x, bool horizontal)
{
    for (int row = TILE_Y; row < TILE_Y + TILE_H; row++)
        for (int column = x; column < x + TILE_W; column++)
            at[(size_t)row * DISPLAY_WIDTH + (size_t)column] = ((horizontal ? row : column) & 1) ? 255 : 0;
}

void display_draw(const DisplayChallenge *c, uint8_t *ret)
{
    for (int row = 0; row < DISPLAY_ROWS; row++) {
        fill(ret, 0, row * BAND, DISPLAY_WIDTH, BAND, GROUND[row]);
        for (int i = 0; i < DISPLAY_COLUMNS; i++)
            letter(ret, i * CELL + c->dx[row][i], row * BAND + c->dy[row][i], c->letters[row][i],
                   row == DISPLAY_ROWS - 1 ? GROUND[row] - c->contrast[row][i] : GROUND[row] + c->contrast[row][i]);
    }
    for (int i = 0; i < DISPLAY_STAIRS; i++) {
        int level = 255 * i / (DISPLAY_STAIRS - 1);
        fill(ret, i * STAIR, STAIR_Y, STAIR, STAIR_H, level);
        if (c->square[i])
            fill(ret, i * STAIR + (STAIR - SQUARE) / 2, STAIR_Y + (STAIR_H - SQUARE) / 2, SQUARE, SQUARE,
                 level < 128 ? level + SQUARE_CONTRAST : level - SQUARE_CONTRAST);
    }
    insert(ret, 0, c->dark, 0, LEVEL_5);
    insert(ret, TILE_W, c->light, 255, LEVEL_95);
    lines(ret, 2 * TILE_W, c->horizontal_left);
    lines(ret, 3 * TILE_W, !c->horizontal_left);
}
