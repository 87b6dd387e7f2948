# Makes the UID registry: -v what=header gives UID_<KEYWORD> texts, -v what=table the rows of UID_TABLE.
# SPDX-License-Identifier: Apache-2.0
BEGIN {
    FS = "\t"
    print "/* Made from dicom-uids.tsv by make-uids.awk. SPDX-License-Identifier: Apache-2.0 */"
    if (what == "header") print "#ifndef DICOM_UIDS_GENERATED_H\n#define DICOM_UIDS_GENERATED_H\n"
    else print "static const UidInfo UID_TABLE[] = {"
}
function upper(c) { return c ~ /[A-Z]/ }
function lower(c) { return c ~ /[a-z]/ }
function shout(word,    i, out, before, here, after) {
    out = substr(word, 1, 1)
    for (i = 2; i <= length(word); i++) {
        before = substr(word, i - 1, 1); here = substr(word, i, 1); after = substr(word, i + 1, 1)
        if (upper(here) && (lower(before) || (!lower(before) && lower(after)))) out = out "_"
        out = out here
    }
    return toupper(out)
}
NR == 1 { next }
what == "header" {
    if ($5 == "") next
    name = "UID_" shout($5)
    if (name in seen) { print "two keywords give " name > "/dev/stderr"; failed = 1; exit 1 }
    seen[name] = 1
    printf "#define %s \"%s\"\n", name, $1
    next
}
{
    gsub(/"/, "\\\"", $2)
    printf "{ \"%s\", \"%s\", \"%s\", %d },\n", $1, $2, $3, $4 != ""
}
END {
    if (failed) exit 1
    print what == "header" ? "\n#endif" : "};"
}
