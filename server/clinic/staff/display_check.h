/*
 * Checks of the display: begun, answered, judged and kept per workstation; asked again at the interval set. O4.
 *
 * A workstation is a browser with a key of its own (a cookie that the door makes). The question is made and judged here: the page only
 * shows it. docs/decisions/0112-display-check.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_STAFF_DISPLAY_CHECK_H
#define CLINIC_STAFF_DISPLAY_CHECK_H

#include "clinic/staff/display_judge.h"
#include "formats/texts/texts.h"
#include "guard/access/who.h"

enum { DISPLAY_ANSWER_MS = 30 * 60 * 1000, DISPLAY_NAME_SIZE = 96, DISPLAY_KEY_SIZE = 65 /* a key: 32 random bytes in hexadecimal */ };

/* How the workstation stands. In the order of "better". */
typedef enum DisplayState {
    DISPLAY_NONE,    /* never checked, or no workstation at all */
    DISPLAY_FAILED,  /* the last check */
    DISPLAY_EXPIRED,
    DISPLAY_SOON,    /* valid, and over within a quarter of the interval, three days at most */
    DISPLAY_VALID,
    DISPLAY_UNASKED, /* the interval is 0 */
} DisplayState;
const char *display_state_name(DisplayState s); /* "none", "failed", "expired", "soon", "valid", "not-asked" */

/* Pure: the newest judged check ('at_ms' 0: none), the interval in days. *ret_until_ms: when it is over; 0: there is nothing that could be. */
DisplayState display_state(bool passed, int64_t at_ms, int64_t days, int64_t now_ms, int64_t *ret_until_ms);

/* The interval as the running server was told it; written where it differs from the last one, with its line in the trace. */
bool display_interval_set(Db *db, int64_t days, Err *err);
bool display_interval(Db *db, int64_t *ret_days, Err *err);

/* May images be read here now? Adds "display-unchecked" with what to do. 'key': of the cookie, "" none. */
bool display_fit(Db *db, const char *key, int64_t now_ms, MissingList *blocking, Err *err);

typedef struct DisplayBegin {
    const char   *key;  /* of the workstation: made by the door when it is new */
    Slice         name; /* given by the person; empty: as it is called already */
    DisplayScreen screen;
    int64_t       person_id;
} DisplayBegin;

/* A new question. ERR_CONFLICT the page is scaled ('ret_missing'); ERR_INPUT no name; ERR_LIMIT too many today. */
bool display_begin(Db *db, const DisplayBegin *begin, int64_t *ret_id, MissingList *ret_missing, Err *err);

typedef struct DisplayAsked {
    int64_t          id, workstation_id;
    DisplayChallenge shown;
} DisplayAsked;

/* The question, for who began it, on the same workstation, while it is open. ERR_NOT_FOUND; ERR_CONFLICT answered or too late. */
bool display_asked(Db *db, int64_t id, const char *key, int64_t person_id, DisplayAsked *ret, Err *err);

/* Judged once and kept. {"verdict","letters":{"read","of"},"faults":[{code,text}],"until_ms"}. */
bool display_answer(Db *db, const DisplayAsked *asked, const DisplayAnswers *seen, const DisplayScreen *screen, const json_t *as_sent, Lang lang,
                    json_t **ret, Err *err);

/* {"days","state","workstation":{id,name}|null,"last":{…}|null} of this browser. */
bool display_here_json(Db *db, const char *key, Lang lang, json_t **ret, Err *err);
/* {"days","checks":[{id,workstation_id,workstation,by,at_ms,verdict,letters,faults,screen,until_ms,newest,state}]}: made by people of an organisation, newest first. */
bool display_checks_json(Db *db, int64_t organisation_id, Lang lang, json_t **ret, Err *err);

#endif
