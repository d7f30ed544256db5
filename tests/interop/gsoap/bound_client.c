/* One call of `keep` or `refer` through gSOAP, with parts that the program attaches, under the names of the Attachments Profile, and finds. */
#include "soapH.h"
#include "B.nsmap"
#include "client.h"
#include "octets.h"
#include "parts.h"

static const char scan[] = {1, 2, 3};

static void keep(struct soap *soap)
{
    struct __ns1__keepResponse answer;
    unsigned char *photo = octets();
    struct soap_multipart *part;
    attach(soap, photo, LENGTH, "application/octet-stream", "<photo=1@example.com>");
    attach(soap, scan, sizeof scan, "image/png", "<scan=2@example.com>");
    if (soap_call___ns1__keep(soap, address(soap), NULL, "a", &answer) != SOAP_OK)
        need(0, "an answer", *soap_faultstring(soap));
    part = beside(soap, "<photo=");
    same(part->ptr, part->size, photo, LENGTH);
    part = beside(soap, "<scan=");
    same(part->ptr, part->size, scan, sizeof scan);
    need(!strcmp(part->type, "image/png"), "the media type is the one that was sent", part->type);
}

static void refer(struct soap *soap)
{
    struct ns1__Referring message = {"a", "cid:octets@example.com"}, answer;
    unsigned char *document = octets();
    struct soap_multipart *part;
    attach(soap, document, LENGTH, "image/png", "<octets@example.com>");
    if (soap_call___ns1__refer(soap, address(soap), NULL, &message, &answer) != SOAP_OK)
        need(0, "an answer", *soap_faultstring(soap));
    part = referred(soap, answer.document);
    same(part->ptr, part->size, document, LENGTH);
}

int main(void)
{
    struct soap *soap = soap_new1(SOAP_C_UTFSTRING);
    soap->connect_timeout = soap->send_timeout = soap->recv_timeout = 15;
    soap_set_mime(soap, NULL, "<root@example.com>");
    if (!strcmp(setting("OPERATION", ""), "keep"))
        keep(soap);
    else
        refer(soap);
    return 0;
}
