/*
 * The verdict on a display: a table of faults, and the bounds of what may be answered. Pure. O4.
 *
 * Bounds for letters, squares and stairs are ours (docs/decisions/0112-display-check.md); luminances and light are those of staff_check.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/display_judge.h"

#include <math.h>
#include <string.h>

#include "clinic/staff/staff_rules.h"
#include "formats/json/json_util.h"

enum { CONTRAST_NEEDED = 6, COLOUR_BITS = 24, SCREEN_MAX = 32768 };

/* clang-format off */
static const struct { const char *code, *text; } FAULTS[] = {
    { "letters-dark",   "Faint letters on the dark ground were not read: the dark greys are not told apart. Less light on the screen, brightness, grey scale: then again." },
    { "letters-middle", "Faint letters on the middle ground were not read: the greys are not told apart." },
    { "letters-light",  "Faint letters on the light ground were not read: the light greys are not told apart. Lower the contrast of the screen, then again." },
    { "steps",          "The 18 steps of grey are not all told apart." },
    { "squares",        "The number of small squares on the steps is not right." },
    { "dark",           "The 5% square in the black was not found." },
    { "light",          "The 95% square in the white was not found." },
    { "lines",          "The finest lines are not seen as they are: the screen is not at its own resolution, or is scaled." },
    { "geometry",       "The border or the circles are cut or deformed." },
    { "uniformity",     "The screen is not uniform: stains, bands or dead pixels." },
    { "ambient",        "The ambient light is outside 20 to 40 lux." },
    { "luminance",      "The measured luminances are outside what reading asks for: at least 350 and 1 cd/m², ratio of 250 to 450." },
    { "colours",        "The screen shows fewer than 24 bits of colour: greys are lost." },
};
/* clang-format on */

const char *display_fault_text(Slice code)
{
    for (size_t i = 0; i < COUNT(FAULTS); i++)
        if (slice_equal_text(code, FAULTS[i].code))
            return FAULTS[i].text;
    return NULL;
}

static void fault(MissingList *list, bool wrong, const char *code)
{
    for (size_t i = 0; wrong && i < COUNT(FAULTS); i++)
        if (strcmp(FAULTS[i].code, code) == 0)
            missing_add(list, FAULTS[i].code, FAULTS[i].text, "O4");
}

/* ---- judging ---- */

static bool row_fits(const DisplayChallenge *shown, const DisplayAnswers *seen, size_t row, int *letters)
{
    bool fits = true;
    for (size_t i = 0; i < DISPLAY_COLUMNS; i++) {
        bool right = seen->letters[row][i] == shown->letters[row][i];
        *letters += right;
        fits &= right || shown->contrast[row][i] < CONTRAST_NEEDED;
    }
    return fits;
}

static bool luminance_fits(const DisplayAnswers *seen)
{
    const char *faults[8];
    StaffItem   item = { .kind = staff_kind(SLICE("display-control")), .luminance_max = seen->luminance_max, .luminance_min = seen->luminance_min, .ambient_lux = 30 };
    return seen->luminance_max <= 0 || staff_measured_faults(&item, "", faults) == 0;
}

void display_judge(const DisplayChallenge *shown, const DisplayAnswers *seen, const DisplayScreen *screen, MissingList *ret_faults, int *ret_letters)
{
    static const char *const ROW[DISPLAY_ROWS] = { "letters-dark", "letters-middle", "letters-light" };
    *ret_letters = 0;
    for (size_t row = 0; row < DISPLAY_ROWS; row++)
        fault(ret_faults, !row_fits(shown, seen, row, ret_letters), ROW[row]);
    fault(ret_faults, seen->steps != DISPLAY_STAIRS, "steps");
    fault(ret_faults, seen->squares != shown->squares, "squares");
    fault(ret_faults, seen->dark != (int)shown->dark, "dark");
    fault(ret_faults, seen->light != (int)shown->light, "light");
    fault(ret_faults, seen->left != (shown->horizontal_left ? 'h' : 'v') || seen->right != (shown->horizontal_left ? 'v' : 'h'), "lines");
    fault(ret_faults, !seen->geometry, "geometry");
    fault(ret_faults, !seen->uniform, "uniformity");
    fault(ret_faults, seen->ambient != LIGHT_20_40, "ambient");
    fault(ret_faults, !luminance_fits(seen), "luminance");
    fault(ret_faults, screen->colour_depth < COLOUR_BITS, "colours");
}

/* ---- reading what was sent ---- */

#define NOT_RIGHT "An answer of the display check is missing or not right."

static bool code_of(const json_t *body, const char *key, const char *const *codes, size_t count, int *ret, Err *err)
{
    Slice text;
    if (!json_need_text(body, key, &text, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (slice_equal_text(text, codes[i])) {
            *ret = (int)i;
            return true;
        }
    return err_set(err, ERR_INPUT, NOT_RIGHT, "%s", key);
}

static bool row_read(const json_t *text, char ret[DISPLAY_COLUMNS + 1], Err *err)
{
    if (!json_is_string(text) || json_string_length(text) != DISPLAY_COLUMNS)
        return err_set(err, ERR_INPUT, "Write six signs for each row of letters: a dash for one that is not seen.", "letters");
    for (size_t i = 0; i < DISPLAY_COLUMNS; i++) {
        char c = json_string_value(text)[i];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        if (c != '-' && (c < 'A' || c > 'Z'))
            return err_set(err, ERR_INPUT, "Write six signs for each row of letters: a dash for one that is not seen.", "a sign");
        ret[i] = c;
    }
    ret[DISPLAY_COLUMNS] = '\0';
    return true;
}

static bool real_read(const json_t *body, const char *key, double least, double most, bool needed, double *ret, Err *err)
{
    const json_t *value = json_object_get(body, key);
    if (!needed && (!value || json_is_null(value)))
        return true;
    double number = json_number_value(value);
    if (!json_is_number(value) || !isfinite(number) || number < least || number > most)
        return err_set(err, ERR_INPUT, NOT_RIGHT, "%s", key);
    *ret = number;
    return true;
}

bool display_answers_read(const json_t *body, DisplayAnswers *ret, Err *err)
{
    static const char *const CORNERS[] = { "top-left", "top-right", "bottom-left", "bottom-right", "none" };
    static const char *const LINES[]   = { "horizontal", "vertical", "grey" };
    static const char *const LIGHTS[]  = { "under-20", "20-40", "over-40" };
    json_t *rows = NULL;
    int64_t steps = 0, squares = 0;
    int     left = 0, right = 0, light = 0;
    *ret = (DisplayAnswers) { 0 };
    if (!json_need_array(body, "letters", DISPLAY_ROWS, &rows, err))
        return false;
    if (json_array_size(rows) != DISPLAY_ROWS)
        return err_set(err, ERR_INPUT, NOT_RIGHT, "rows of letters");
    for (size_t row = 0; row < DISPLAY_ROWS; row++)
        if (!row_read(json_array_get(rows, row), ret->letters[row], err))
            return false;
    if (!json_need_int(body, "steps", 0, DISPLAY_STAIRS, &steps, err) || !json_need_int(body, "squares", 0, DISPLAY_STAIRS, &squares, err) ||
        !code_of(body, "dark", CORNERS, COUNT(CORNERS), &ret->dark, err) || !code_of(body, "light", CORNERS, COUNT(CORNERS), &ret->light, err) ||
        !code_of(body, "lines_left", LINES, COUNT(LINES), &left, err) || !code_of(body, "lines_right", LINES, COUNT(LINES), &right, err) ||
        !json_need_bool(body, "geometry", &ret->geometry, err) || !json_need_bool(body, "uniform", &ret->uniform, err) ||
        !code_of(body, "ambient", LIGHTS, COUNT(LIGHTS), &light, err) ||
        !real_read(body, "luminance_max", 0.01, 100000, false, &ret->luminance_max, err) ||
        !real_read(body, "luminance_min", 0.01, 100000, false, &ret->luminance_min, err))
        return false;
    if ((ret->luminance_max > 0) != (ret->luminance_min > 0) || ret->luminance_min > ret->luminance_max)
        return err_set(err, ERR_INPUT, "Give both luminances, the greatest and the least, or none.", "luminance");
    ret->steps   = (int)steps;
    ret->squares = (int)squares;
    ret->left    = LINES[left][0];
    ret->right   = LINES[right][0];
    ret->ambient = (DisplayLight)light;
    return true;
}

bool display_screen_read(const json_t *body, DisplayScreen *ret, Err *err)
{
    json_t *screen = NULL;
    *ret           = (DisplayScreen) { 0 };
    return json_need_object(body, "screen", &screen, err) && json_need_int(screen, "width", 1, SCREEN_MAX, &ret->width, err) &&
           json_need_int(screen, "height", 1, SCREEN_MAX, &ret->height, err) && real_read(screen, "ratio", 0.05, 16, true, &ret->ratio, err) &&
           real_read(screen, "zoom", 0.05, 100, true, &ret->zoom, err) && json_need_int(screen, "colour_depth", 1, 64, &ret->colour_depth, err);
}

bool display_screen_check(const DisplayScreen *screen, MissingList *ret_missing, Err *err)
{
    static const char *const SCALED = "The page is scaled: one pixel of the pattern is not one pixel of the screen. Set the zoom of the browser back (Ctrl+0) and the scaling of "
                                      "the system to a whole number, then begin again.";
    if (fabs(screen->ratio - round(screen->ratio)) < 0.001 && fabs(screen->zoom - 1) < 0.001)
        return true;
    missing_add(ret_missing, "display-scaled", SCALED, "O4");
    return err_set(err, ERR_CONFLICT, SCALED, "ratio %.3f, zoom %.3f", screen->ratio, screen->zoom);
}
