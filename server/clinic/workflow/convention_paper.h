/*
 * Drafting and signing conventions: a paper is changed until one party signs it; each party's responsible signs with
 * a fresh second factor; a new version is drafted from the last. S3, O1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_CONVENTION_PAPER_H
#define CLINIC_WORKFLOW_CONVENTION_PAPER_H

#include "clinic/workflow/convention.h"
#include "formats/texts/texts.h"
#include "guard/access/sign_in.h"
#include "platform/blobs/blobs.h"

/*
 * An empty paper, or one with the content of 'from_convention_id'. ERR_DENIED: not a responsible (of one of its
 * parties).
 */
bool paper_new(Db *db, const Who *who, int64_t from_convention_id, int64_t *ret_id, Err *err);

/*
 * Replaces the content; attached documents stay those attached. 'revision' is the one last seen. ERR_DENIED not a
 * responsible of a party; ERR_CONFLICT signed by one already, or somebody saved in between.
 */
bool paper_save(Db *db, const Who *who, int64_t id, int64_t revision, const json_t *content, Err *err);

typedef struct PaperSignature {
    int64_t     paper_id, organisation_id;
    const char *sha256; /* of the content that the person saw */
    Slice       proof;  /* JSON: purpose "sign-convention", act_id the paper's, digest 'sha256' */
} PaperSignature;

/*
 * Signs for an organisation, in all its parts. The first signature makes the version. 'ret_missing' names the clauses
 * that are missing. Errors: ERR_DENIED not its responsible; ERR_CONFLICT missing, changed since, signed already;
 * ERR_SIGN_IN the proof: the caller then calls proof_failed.
 */
bool paper_sign(Db *db, Access *access, const Who *who, const PaperSignature *signature, MissingList *ret_missing, Err *err);

/* {"papers":[…]} of the parties where this person is a member, newest first; docs/api.md §3. */
bool papers_json(Db *db, const Who *who, Lang lang, json_t **ret, Err *err);

/* ---- documents: PDF files, 20 MiB at most ---- */
enum { PAPER_DOCUMENT_MAX = 20 * 1024 * 1024 };
typedef struct PaperDocument {
    int64_t paper_id;
    Slice   kind;  /* "medical-project", "protocol", "insurance", "other" */
    Slice   title; /* 1 to 200 bytes */
    char    sha256[65], blob[96];
    int64_t bytes;
} PaperDocument;
/* Keeps the bytes (outside a transaction), fills digest, blob and size. ERR_INPUT: no PDF, no title, unknown kind. */
bool paper_document_keep(Blobs *blobs, Slice pdf, PaperDocument *d, Err *err);
bool paper_document_attach(Db *db, const Who *who, const PaperDocument *d, int64_t *ret_id, Err *err);
/* ERR_NOT_FOUND when no party of this person has it attached. */
bool paper_document_read(Db *db, Blobs *blobs, const Who *who, int64_t document_id, Buf *ret, Err *err);

/* ---- for the files of this subject ---- */
typedef struct Paper {
    int64_t id, revision, author_id, convention_id, changed_at_ms;
    char    sha256[65];
    json_t *content; /* owned */
} Paper;
void paper_clear(Paper *p);
#define OWNED_PAPER __attribute__((cleanup(paper_clear))) Paper
bool paper_load(Db *db, int64_t id, Paper *ret, Err *err);
/* Responsible of a party, or the author while there is none of his. */
bool paper_may_edit(const Paper *p, const Who *who);
/* Writes content (documents as attached), digest, parties, next revision. */
bool paper_store(Db *db, Paper *p, Err *err);

#endif
