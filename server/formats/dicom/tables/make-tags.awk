# Makes the tag dictionary: -v what=header gives TAG_<KEYWORD> numbers, -v what=table the rows of TAG_TABLE.
# SPDX-License-Identifier: Apache-2.0
BEGIN {
    FS = "\t"
    print "/* Made from dicom-tags.tsv by make-tags.awk. SPDX-License-Identifier: Apache-2.0 */"
    if (what == "header") print "#ifndef DICOM_TAGS_GENERATED_H\n#define DICOM_TAGS_GENERATED_H\n"
}
function upper(c) { return c ~ /[A-Z]/ }
function lower(c) { return c ~ /[a-z]/ }
function digit(c) { return c ~ /[0-9]/ }
# PatientID -> PATIENT_ID, SOPClassUID -> SOP_CLASS_UID, OtherPatientIDs -> OTHER_PATIENT_IDS
function shout(word,    i, out, before, here, after, after2) {
    gsub(/CTDIvol/, "Ctdivol", word); gsub(/InuA/, "InUa", word); gsub(/InmA/, "InMa", word)
    out = substr(word, 1, 1)
    for (i = 2; i <= length(word); i++) {
        before = substr(word, i - 1, 1); here = substr(word, i, 1)
        after = substr(word, i + 1, 1); after2 = substr(word, i + 2, 1)
        if (upper(here) && (lower(before) || (!lower(before) && lower(after) &&
            !(upper(before) && after == "s" && (after2 == "" || upper(after2))))))
            out = out "_"
        out = out here
    }
    return toupper(out)
}
NR == 1 { next }
{
    tag = toupper($1); vr = $2; keyword = $6
    if (what == "header") {
        if (keyword == "" || tag ~ /X/) next
        name = "TAG_" shout(keyword)
        if (name in seen) { print "two keywords give " name > "/dev/stderr"; failed = 1; exit 1 }
        seen[name] = 1
        printf "#define %s 0x%su\n", name, tag
        next
    }
    mask = tag; gsub(/[^X]/, "F", mask); gsub(/X/, "0", mask)
    gsub(/X/, "0", tag)
    first = substr(vr, 1, 2)
    if (vr == "NONE") code = "VR_NONE"; else code = "VR_" first
    gsub(/"/, "\\\"", $4)
    rows[++count] = sprintf("{ 0x%su, 0x%su, %s, %d, %d, %d, \"%s\", \"%s\" },", tag, mask, code, vr ~ /or OW/,
                            vr ~ /US or SS/, $5 != "", keyword, $4)
    repeating[count] = mask != "FFFFFFFF"
}
END {
    if (failed) exit 1
    if (what == "header") { print "\n#endif"; exit }
    print "static const TagInfo TAG_TABLE[] = {"
    for (i = 1; i <= count; i++) if (!repeating[i]) print rows[i]
    print "};\nstatic const TagInfo REPEATING_TABLE[] = {"
    for (i = 1; i <= count; i++) if (repeating[i]) print rows[i]
    print "};"
}
