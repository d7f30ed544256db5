/* What clients share. */
#include "common.h"

/* The WSDL was read when this was compiled: what is left of its URL is the address. */
static const char *address(struct soap *soap)
{
    char *url = soap_strdup(soap, setting("WSDL_URL", ""));
    url[strcspn(url, "?")] = '\0';
    return url;
}

/* gSOAP speaks the version of the first namespace of its table. */
static void choose_version(const char *version)
{
    if (strcmp(version, "1.2"))
        return;
    namespaces[0].ns = "http://www.w3.org/2003/05/soap-envelope";
    namespaces[1].ns = "http://www.w3.org/2003/05/soap-encoding";
}
