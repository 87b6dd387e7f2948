/*
 * The state grid of the DICOM upper layer, as printed in PS3.8 table 9-10.
 *
 * Pure: no socket, no clock.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/states.h"

#define __ ACT_NONE
/* clang-format off */
static const unsigned char GRID[UPPER_EVENTS][UPPER_STATES] = {
    /*                            1     2     3     4     5     6     7     8     9     10     11    12    13   */
    [EVENT_ASSOCIATE_REQUEST] = { AE_1, __,   __,   __,   __,   __,   __,   __,   __,   __,    __,   __,   __   },
    [EVENT_CONNECTED]         = { __,   __,   __,   AE_2, __,   __,   __,   __,   __,   __,    __,   __,   __   },
    [EVENT_AC]                = { __,   AA_1, AA_8, __,   AE_3, AA_8, AA_8, AA_8, AA_8, AA_8,  AA_8, AA_8, AA_6 },
    [EVENT_RJ]                = { __,   AA_1, AA_8, __,   AE_4, AA_8, AA_8, AA_8, AA_8, AA_8,  AA_8, AA_8, AA_6 },
    [EVENT_CONNECTION_COMES]  = { AE_5, __,   __,   __,   __,   __,   __,   __,   __,   __,    __,   __,   __   },
    [EVENT_RQ]                = { __,   AE_6, AA_8, __,   AA_8, AA_8, AA_8, AA_8, AA_8, AA_8,  AA_8, AA_8, AA_7 },
    [EVENT_ACCEPT]            = { __,   __,   AE_7, __,   __,   __,   __,   __,   __,   __,    __,   __,   __   },
    [EVENT_REJECT]            = { __,   __,   AE_8, __,   __,   __,   __,   __,   __,   __,    __,   __,   __   },
    [EVENT_DATA_REQUEST]      = { __,   __,   __,   __,   __,   DT_1, __,   AR_7, __,   __,    __,   __,   __   },
    [EVENT_DATA]              = { __,   AA_1, AA_8, __,   AA_8, DT_2, AR_6, AA_8, AA_8, AA_8,  AA_8, AA_8, AA_6 },
    [EVENT_RELEASE_REQUEST]   = { __,   __,   __,   __,   __,   AR_1, __,   __,   __,   __,    __,   __,   __   },
    [EVENT_RELEASE_RQ]        = { __,   AA_1, AA_8, __,   AA_8, AR_2, AR_8, AA_8, AA_8, AA_8,  AA_8, AA_8, AA_6 },
    [EVENT_RELEASE_RP]        = { __,   AA_1, AA_8, __,   AA_8, AA_8, AR_3, AA_8, AA_8, AR_10, AR_3, AA_8, AA_6 },
    [EVENT_RELEASE_RESPONSE]  = { __,   __,   __,   __,   __,   __,   __,   AR_4, AR_9, __,    __,   AR_4, __   },
    [EVENT_ABORT_REQUEST]     = { __,   __,   AA_1, AA_2, AA_1, AA_1, AA_1, AA_1, AA_1, AA_1,  AA_1, AA_1, __   },
    [EVENT_ABORT]             = { __,   AA_2, AA_3, __,   AA_3, AA_3, AA_3, AA_3, AA_3, AA_3,  AA_3, AA_3, AA_2 },
    [EVENT_CLOSED]            = { __,   AA_5, AA_4, AA_4, AA_4, AA_4, AA_4, AA_4, AA_4, AA_4,  AA_4, AA_4, AR_5 },
    [EVENT_ARTIM]             = { __,   AA_2, __,   __,   __,   __,   __,   __,   __,   __,    __,   __,   AA_2 },
    [EVENT_INVALID]           = { __,   AA_1, AA_8, __,   AA_8, AA_8, AA_8, AA_8, AA_8, AA_8,  AA_8, AA_8, AA_7 },
};

static const struct {
    const char *name;
    UpperState  next;
} ACTS[UPPER_ACTS] = {
    [ACT_NONE] = { "none", STA1 },
    [AE_1] = { "AE-1", STA4 },  [AE_2] = { "AE-2", STA5 },  [AE_3] = { "AE-3", STA6 },  [AE_4] = { "AE-4", STA1 },
    [AE_5] = { "AE-5", STA2 },  [AE_6] = { "AE-6", STA3 },  [AE_7] = { "AE-7", STA6 },  [AE_8] = { "AE-8", STA13 },
    [DT_1] = { "DT-1", STA6 },  [DT_2] = { "DT-2", STA6 },
    [AR_1] = { "AR-1", STA7 },  [AR_2] = { "AR-2", STA8 },  [AR_3] = { "AR-3", STA1 },  [AR_4] = { "AR-4", STA13 },
    [AR_5] = { "AR-5", STA1 },  [AR_6] = { "AR-6", STA7 },  [AR_7] = { "AR-7", STA8 },  [AR_8] = { "AR-8", STA10 },
    [AR_9] = { "AR-9", STA11 }, [AR_10] = { "AR-10", STA12 },
    [AA_1] = { "AA-1", STA13 }, [AA_2] = { "AA-2", STA1 },  [AA_3] = { "AA-3", STA1 },  [AA_4] = { "AA-4", STA1 },
    [AA_5] = { "AA-5", STA1 },  [AA_6] = { "AA-6", STA13 }, [AA_7] = { "AA-7", STA13 }, [AA_8] = { "AA-8", STA13 },
};
/* clang-format on */
#undef __

UpperAct upper_step(UpperState state, UpperEvent event, bool requestor, UpperState *ret_next)
{
    UpperAct act = (UpperAct)GRID[event][state];
    if (act == ACT_NONE)
        return act;
    *ret_next = act == AR_8 && requestor ? STA9 : ACTS[act].next;
    return act;
}

const char *upper_act_name(UpperAct act)
{
    return ACTS[act].name;
}
