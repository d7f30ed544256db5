/* A server of parts beside the envelope and of references to parts on gSOAP, which gives back what it gets. */
#include "soapH.h"
#include "B.nsmap"
#include "server.h"
#include "parts.h"

static void give_back(struct soap *soap, const struct soap_multipart *part, const char *name)
{
    attach(soap, part->ptr, part->size, part->type, name);
}

int __ns1__keep(struct soap *soap, char *keep, struct __ns1__keepResponse *answer)
{
    struct soap_multipart *photo = beside(soap, "<photo="), *scan = beside(soap, "<scan=");
    answer->ns1__keep = "kept";
    soap_set_mime(soap, NULL, "<root@example.com>");
    give_back(soap, photo, "<photo=1@example.com>");
    give_back(soap, scan, "<scan=2@example.com>");
    return SOAP_OK;
}

int __ns1__refer(struct soap *soap, struct ns1__Referring *refer, struct ns1__Referring *referred_to)
{
    struct soap_multipart *document = referred(soap, refer->document);
    referred_to->name = refer->name;
    referred_to->document = "cid:octets@example.com";
    soap_set_mime(soap, NULL, "<root@example.com>");
    give_back(soap, document, "<octets@example.com>");
    return SOAP_OK;
}

int main(void)
{
    struct soap *soap = soap_new1(SOAP_C_UTFSTRING);
    soap->send_timeout = soap->recv_timeout = 15;
    listen_anywhere(soap);
    serve_all(soap);
    return 1;
}
