/*
 * Any bytes as the data set of N-CREATE and N-SET of a performed step, and of N-ACTION of storage commitment,
 * sent on a good association to the provider's side with its real archive and acts.
 *
 * First byte: which request, transfer syntax, whether the instance is named; the rest is the data set.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dimse_talk.h"

#include "clinic/workflow/act.h"
#include "doors/dimse/command.h"
#include "doors/dimse/pdu.h"
#include "guard/access/sign_in.h"

enum { SIZE_MAX_HERE = 1 << 15, TALK_MAX = 1 << 18, STEP_CONTEXT = 1, COMMIT_CONTEXT = 3 };
#define STEP_CLASS "1.2.840.10008.3.1.2.3.3"
#define COMMIT_CLASS "1.2.840.10008.1.20.1"

static ActHouse *acts;
static Access   *access_room;

static void acts_begin(void)
{
    char key[128];
    Err  err = { 0 };
    if (acts)
        return;
    world_begin();
    (void)snprintf(key, sizeof key, "%s/secrets.key", world.folder);
    SignInRules rules = { .idle_s       = 3600,
                          .absolute_s   = 3600,
                          .rp_id        = "localhost",
                          .origin       = "https://localhost",
                          .key_file     = key,
                          .argon2_bytes = 1 << 20 };
    access_room       = access_new(world.db, rules, &err);
    ActNeeds needs    = {
           .host = world.db, .access = access_room, .blobs = world.blobs, .archive = world.archive
    };
    acts = access_room ? act_house_new(&needs, &err) : NULL;
    if (!acts)
        abort();
}

static void add_pdv(Buf *to, uint8_t context, bool is_command, Slice bytes)
{
    char head[PDU_ONE_PDV_HEADER];
    for (bool last = false; !last;) {
        Slice piece = slice_part(bytes, 0, 12000);
        bytes       = slice_part(bytes, piece.len, SIZE_MAX);
        last        = bytes.len == 0;
        pdu_one_pdv_header(context, is_command, last, piece.len, head);
        buf_add(to, (Slice) { head, sizeof head });
        buf_add(to, piece);
    }
}

static void add_request(Buf *to, unsigned how, Slice data)
{
    static const uint16_t FIELDS[] = { COMMAND_N_CREATE_RQ, COMMAND_N_SET_RQ, COMMAND_N_ACTION_RQ,
                                       COMMAND_N_CREATE_RQ };
    Command               c        = { .field = FIELDS[how & 3], .message_id = 1, .action_type = 1 };
    bool                  commits  = c.field == COMMAND_N_ACTION_RQ;
    OWNED_BUF             command  = buf_make(4096);
    (void)slice_copy(slice_of(commits ? COMMIT_CLASS : STEP_CLASS), c.sop_class, sizeof c.sop_class);
    if (commits)
        (void)slice_copy(SLICE("1.2.840.10008.1.20.1.1"), c.sop_instance, sizeof c.sop_instance);
    else if (how & 8)
        (void)slice_copy(SLICE("1.2.826.99.1"), c.sop_instance, sizeof c.sop_instance);
    if (!command_write(&c, &command, NULL))
        abort();
    add_pdv(to, commits ? COMMIT_CONTEXT : STEP_CONTEXT, true, buf_slice(&command));
    add_pdv(to, commits ? COMMIT_CONTEXT : STEP_CONTEXT, false, data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size || size > SIZE_MAX_HERE)
        return 0;
    acts_begin();
    PduAssociate wish     = { .version             = 1,
                              .called              = "BECLERE",
                              .calling             = "FUZZ",
                              .application_context = SLICE("1.2.840.10008.3.1.1.1"),
                              .max_length          = 16384,
                              .implementation_uid  = SLICE("1.2.3"),
                              .invoked             = 1,
                              .performed           = 1 };
    OWNED_BUF    syntaxes = buf_make(1024), said = buf_make(TALK_MAX);
    const char  *syntax = data[0] & 4 ? "1.2.840.10008.1.2" : "1.2.840.10008.1.2.1";
    pdu_syntax_add(&syntaxes, slice_of(syntax));
    wish.contexts[wish.context_count++] =
        (PduContext) { STEP_CONTEXT, 0, SLICE(STEP_CLASS), buf_slice(&syntaxes) };
    wish.contexts[wish.context_count++] =
        (PduContext) { COMMIT_CONTEXT, 0, SLICE(COMMIT_CLASS), buf_slice(&syntaxes) };
    if (!pdu_associate_write(&wish, PDU_ASSOCIATE_RQ, &said, NULL))
        abort();
    add_request(&said, data[0], slice_bytes(data + 1, size - 1));
    (void)pdu_release_write(PDU_RELEASE_RQ, &said);
    talk_serve(acts, (const uint8_t *)said.at, said.len);
    return 0;
}
