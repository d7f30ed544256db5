/* One call of `store` through gSOAP, by MTOM or not. */
#include "soapH.h"
#include "B.nsmap"
#include "client.h"
#include "octets.h"

int main(void)
{
    int mtom = getenv("MTOM") != NULL;
    struct soap *soap = soap_new1(SOAP_C_UTFSTRING | (mtom ? SOAP_ENC_MTOM : 0));
    struct ns1__Document *document = soap_new_ns1__Document(soap, 1), answer;
    unsigned char *sent = octets();
    choose_version(setting("SOAP_VERSION", "1.1"));
    soap_set_namespaces(soap, namespaces);
    soap->connect_timeout = soap->send_timeout = soap->recv_timeout = 15;
    document->name = "a";
    document->data.__ptr = sent;
    document->data.__size = LENGTH;
    /* What has a type goes beside the message. */
    document->data.type = mtom ? "application/octet-stream" : NULL;
    if (soap_call___ns1__store(soap, address(soap), NULL, document, &answer) != SOAP_OK)
        need(0, "an answer", *soap_faultstring(soap));
    same(answer.data.__ptr, answer.data.__size, sent, LENGTH);
    return 0;
}
