/*
 * Runs a fuzz target once over each file of the folders given: the corpus as a test, without libFuzzer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
    struct stat about;
    FILE       *file = fopen(path, "rb");
    if (!file || fstat(fileno(file), &about) || !S_ISREG(about.st_mode)) {
        if (file)
            fclose(file);
        return 0;
    }
    size_t   size = (size_t)about.st_size;
    uint8_t *data = malloc(size ? size : 1); /* exactly as large: a step beyond is seen by the sanitizer */
    int      ran  = data && fread(data, 1, size, file) == size;
    fclose(file);
    if (ran)
        (void)LLVMFuzzerTestOneInput(data, size);
    free(data);
    return ran;
}

static int run_folder(const char *folder)
{
    DIR *all = opendir(folder);
    int  ran = 0;
    if (!all) {
        printf("no corpus in %s\n", folder);
        return 0;
    }
    for (struct dirent *one = readdir(all); one; one = readdir(all)) {
        char path[4096];
        int  len = snprintf(path, sizeof path, "%s/%s", folder, one->d_name);
        if (len > 0 && (size_t)len < sizeof path)
            ran += run_file(path);
    }
    closedir(all);
    printf("%d inputs of %s\n", ran, folder);
    return ran;
}

int main(int count, char **arguments)
{
    int ran = 0;
    for (int i = 1; i < count; i++)
        ran += run_folder(arguments[i]);
    return ran ? 0 : 1; /* a corpus that is not there tests nothing */
}
