/* What programs of gSOAP share. What the environment means is told in ../README.md. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *setting(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value ? value : otherwise;
}

static void need(int condition, const char *what, const char *seen)
{
    if (condition)
        return;
    fprintf(stderr, "not so: %s; seen: %s\n", what, seen ? seen : "nothing");
    exit(1);
}
