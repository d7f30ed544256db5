/* A server of documents on gSOAP, by MTOM or not, which gives back what it gets. */
#include "soapH.h"
#include "B.nsmap"
#include "server.h"

int __ns1__store(struct soap *soap, struct ns1__Document *store, struct ns1__Document *stored)
{
    *stored = *store;
    /* What has an id or a type goes beside the message. */
    stored->data.id = NULL;
    stored->data.type = getenv("MTOM") ? "application/octet-stream" : NULL;
    stored->data.options = NULL;
    if (getenv("MTOM"))
        soap_set_omode(soap, SOAP_ENC_MTOM);
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
