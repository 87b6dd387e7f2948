# The DICOM JSON model of many files by pydicom, in one process: lines "uid TAB path" in, lines of JSON out.
# Bytes longer than a hundred are told by their length and digest, so that the whole corpus fits in a pipe.
# SPDX-License-Identifier: Apache-2.0
import base64
import hashlib
import json
import sys
import warnings

import pydicom

warnings.simplefilter("ignore")
LONG = 136  # letters of base64


def shorten(model):
    for attribute in model.values():
        text = attribute.get("InlineBinary")
        if isinstance(text, str) and len(text) > LONG:
            data = base64.b64decode(text)
            attribute["InlineBinary"] = "%d %s" % (len(data), hashlib.sha256(data).hexdigest())
        for value in attribute.get("Value") or []:
            if attribute["vr"] == "SQ" and isinstance(value, dict):
                shorten(value)
    return model


# pydicom gives the bytes of a big endian file as they stand; those of the model are little endian.
def turned(dataset):
    if dataset.is_little_endian is False:
        for element in dataset.iterall():
            unit = {"OW": 2, "OF": 4, "OL": 4, "OD": 8, "OV": 8}.get(element.VR)
            if unit and isinstance(element.value, bytes):
                element.value = b"".join(element.value[i : i + unit][::-1] for i in range(0, len(element.value), unit))
    return dataset


# Attribute by attribute: what pydicom cannot tell is one attribute, not the whole file.
def model_of(dataset):
    model, untold = {}, {}
    for tag in sorted(dataset.keys()):
        key = "%08X" % tag
        try:
            element = dataset[tag]
            model[key] = element.to_json_dict(lambda _: "", 1 << 40)
        except Exception as fault:  # of any kind: it is told, and must be explained
            untold[key] = "%s: %s" % (type(fault).__name__, fault)
    return shorten(model), untold


for line in sys.stdin:
    uid, path = line.rstrip("\n").split("\t")
    answer = {"uid": uid}
    try:
        answer["model"], answer["untold"] = model_of(turned(pydicom.dcmread(path, force=True)))
    except Exception as fault:
        answer["fault"] = "%s: %s" % (type(fault).__name__, fault)
    print(json.dumps(answer))
