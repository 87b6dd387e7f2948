/*
 * What the files of this room share and nobody else sees.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_ACCESS_INTERNAL_H
#define GUARD_ACCESS_ACCESS_INTERNAL_H

#include "guard/access/sign_in.h"

/* Does one of these roles open the patients granted to the organisation? (column membership.clinical) */
bool roles_are_clinical(unsigned roles);

#endif
