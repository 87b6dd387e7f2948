# Makes DEIDENT_TABLE, sorted by tag, from dicom-deident.tsv (PS3.15 table E.1-1). The first row there, all private
# attributes, is a rule in deident.c and no row here.
# SPDX-License-Identifier: Apache-2.0
BEGIN {
    FS = "\t"
    split("SAFE_PRIVATE UIDS DEVICE INSTITUTION CHARACTERISTICS FULL_DATES SHIFTED_DATES DESCRIPTORS STRUCTURED GRAPHICS", option, " ")
}
NR == 1 { next }
$1 ~ /13579BDF/ { private++; next }
{
    mask = "FFFFFFFF"; tag = $1
    if (tag ~ /^[56]0\[0-9A-F\]\{2\},/) {
        low = substr(tag, index(tag, ",") + 1)
        any = low ~ /\[/
        mask = any ? "FF000000" : "FF00FFFF"
        tag = substr(tag, 1, 2) "00," (any ? "0000" : low)
    }
    sub(/,/, "", tag)
    if (length(tag) != 8 || tag ~ /[^0-9A-F]/) { print "no tag: " $1 > "/dev/stderr"; failed = 1; exit 1 }
    # Of several letters the last one: it is right for every type of attribute (Z also for type 3, D also for 2).
    action = $3; sub(/\*/, "", action); sub(/.*\//, "", action)
    if (action !~ /^[XZDU]$/) { print "no action: " $0 > "/dev/stderr"; failed = 1; exit 1 }
    keep = clean = "0"
    for (i = 1; i <= 10; i++) {
        if ($(i + 3) == "K") keep = keep " | DEIDENT_" option[i]
        else if ($(i + 3) == "C") clean = clean " | DEIDENT_" option[i]
    }
    sub(/^0 \| /, "", keep); sub(/^0 \| /, "", clean)
    row = sprintf("{ 0x%su, 0x%su, \047%s\047, %s, %s },", tag, mask, action, keep, clean)
    for (i = count++; i > 0 && rows[i - 1] > row; i--) rows[i] = rows[i - 1]
    rows[i] = row
}
END {
    if (failed) exit 1
    if (private != 1) { print "the row of the private attributes is not there" > "/dev/stderr"; exit 1 }
    print "/* Made from dicom-deident.tsv by make-deident.awk. SPDX-License-Identifier: Apache-2.0 */"
    print "static const DeidentRow DEIDENT_TABLE[] = {"
    for (i = 0; i < count; i++) print rows[i]
    print "};"
}
