/* What servers share. */
#include <arpa/inet.h>
#include <netinet/in.h>

#include "common.h"

/* Listens at a free port, and gives it. */
static int listen_anywhere(struct soap *soap)
{
    struct sockaddr_in name;
    socklen_t length = sizeof name;
    if (!soap_valid_socket(soap_bind(soap, "127.0.0.1", 0, 100))
        || getsockname(soap->master, (struct sockaddr *)&name, &length))
    {
        soap_print_fault(soap, stderr);
        exit(1);
    }
    printf("port %d\n", ntohs(name.sin_port));
    fflush(stdout);
    return ntohs(name.sin_port);
}

/* Answers whoever comes. */
static void serve_all(struct soap *soap)
{
    while (soap_valid_socket(soap_accept(soap)))
    {
        soap_serve(soap);
        soap_destroy(soap);
        soap_end(soap);
    }
}
