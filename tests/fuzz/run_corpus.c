/*
 * Where there is no libFuzzer: runs a fuzz target once over each file of the folders (or files) given.
 *
 * An absent or empty folder is no fault: seeds come later. Prints how many files were run.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { SEED_MAX = 16 << 20, PATH_ROOM = 4096, DEPTH_MAX = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t files_run;

static void run_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    if (!file || size > SEED_MAX) {
        fprintf(stderr, "%s: cannot be read, or is too big for a seed\n", path);
        exit(1);
    }
    uint8_t *bytes = malloc(size ? size : 1); /* its very size, so that a read past the end is seen */
    if (!bytes || fread(bytes, 1, size, file) != size) {
        fprintf(stderr, "%s: cannot be read\n", path);
        exit(1);
    }
    (void)fclose(file);
    (void)LLVMFuzzerTestOneInput(bytes, size);
    free(bytes);
    files_run++;
}

static void run_path(const char *path, int depth)
{
    struct stat what;
    if (stat(path, &what) != 0)
        return;
    if (S_ISREG(what.st_mode)) {
        run_file(path, (size_t)what.st_size);
        return;
    }
    DIR *folder = S_ISDIR(what.st_mode) && depth < DEPTH_MAX ? opendir(path) : NULL;
    if (!folder)
        return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char below[PATH_ROOM];
        if (entry->d_name[0] == '.')
            continue;
        if (snprintf(below, sizeof below, "%s/%s", path, entry->d_name) < PATH_ROOM)
            run_path(below, depth + 1);
    }
    (void)closedir(folder);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        run_path(argv[i], 0);
    printf("%zu files run\n", files_run);
    return 0;
}
