/* What clients attach, and whether it comes back. */
#include <sys/random.h>

#define LENGTH 50000

static unsigned char *octets(void)
{
    static unsigned char all[LENGTH];
    size_t filled = 0;
    while (filled < LENGTH)
        filled += getrandom(all + filled, LENGTH - filled > 256 ? 256 : LENGTH - filled, 0);
    return all;
}

static void same(const void *seen, size_t length, const void *sent, size_t wanted)
{
    char number[24];
    snprintf(number, sizeof number, "%zu octets", length);
    need(length == wanted && !memcmp(seen, sent, wanted), "the octets are those that were sent", number);
}
