/* A BancBox backend on gSOAP. What it must do is told in ../README.md. */
#include "soapH.h"
#include "wsaapi.h"
#include "wsseapi.h"
#include "BBXPortBinding.nsmap"
#include "server.h"

/* gSOAP checks the password of either type, and its own list of digests that it has seen. */
static int refused(struct soap *soap)
{
    const struct _wsse__UsernameToken *token = soap_wsse_UsernameToken(soap, NULL);
    const char *wanted = strcmp(setting("MODE", ""), "digest") ? "#PasswordText" : "#PasswordDigest";
    const char *kind = token && token->Password && token->Password->Type ? strchr(token->Password->Type, '#') : NULL;
    if (!kind || strcmp(kind, wanted) || !token->Username || strcmp(token->Username, setting("SOAP_USER", "")))
        return soap_wsse_fault(soap, wsse__FailedAuthentication, NULL);
    if (getenv("TIMESTAMP") && !soap_wsse_Timestamp(soap))
        return soap_wsse_fault(soap, wsse__InvalidSecurity, "no Timestamp");
    if (soap_wsse_verify_Timestamp(soap))
        return soap->error;
    return soap_wsse_verify_Password(soap, setting("SOAP_PASSWORD", ""));
}

static struct ns1__notice *notices(struct soap *soap, int size, const char *const texts[])
{
    struct ns1__notice *all = soap_new_ns1__notice(soap, size);
    int i;
    for (i = 0; i < size; i++)
    {
        all[i].code = soap_strdup(soap, texts[2 * i]);
        all[i].message = soap_strdup(soap, texts[2 * i + 1]);
    }
    return all;
}

int ns1__updateClient(struct soap *soap, struct ns1__updateClientRequest *request, struct ns1__updateClientResponse_ *response)
{
    static const char *const errors[] = {"E-EXAMPLE-1", "first sample error", "E-EXAMPLE-2", "second & last"};
    const char *const echo[] = {"W-ECHO", request->lastName};
    struct ns1__updateClientResponse *answer;
    struct SOAP_ENV__Header *header = soap->header;
    int wrong;
    if (getenv("ADDRESSING") && soap_wsa_check(soap))
        return soap->error;
    wrong = refused(soap);
    soap_wsse_delete_Security(soap);
    /* A fault of the one plugin takes the header away that the other one needs. */
    if (getenv("ADDRESSING") && wrong)
    {
        soap->header = header;
        return soap_wsa_sender_fault_subcode(soap, "wsse:FailedAuthentication", "not authenticated", NULL);
    }
    if (getenv("ADDRESSING") && soap_wsa_reply(soap, NULL, setting("REPLY_ACTION", "")))
        return soap->error;
    if (wrong)
        return wrong;
    answer = response->return_ = soap_new_ns1__updateClientResponse(soap, 1);
    answer->requestId = 1700000000000LL + request->subscriberId % 1000;
    if (request->firstName && !strcmp(request->firstName, "Fail"))
    {
        answer->__sizeerrors = 2;
        answer->errors = notices(soap, 2, errors);
        return SOAP_OK;
    }
    answer->status = 1;
    answer->__sizewarnings = 1;
    answer->warnings = notices(soap, 1, echo);
    answer->clientStatus = "ACTIVE";
    answer->cipStatus = "UNVERIFIED";
    return SOAP_OK;
}

/* The contract, with this server's address. */
static int publish(struct soap *soap)
{
    static const char place[] = "http://localhost/";
    static char text[65536];
    FILE *file = fopen(setting("CONTRACT", ""), "r");
    char *at;
    if (!file)
        return 404;
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    soap->http_content = "text/xml; charset=utf-8";
    if (soap_response(soap, SOAP_FILE))
        return soap->error;
    at = strstr(text, place);
    if (at)
    {
        soap_send_raw(soap, text, at - text);
        soap_send(soap, "http://");
        soap_send(soap, setting("AUTHORITY", ""));
        soap_send(soap, "/");
        soap_send(soap, at + strlen(place));
    }
    return soap_end_send(soap);
}

int main(void)
{
    struct soap *soap = soap_new1(SOAP_C_UTFSTRING);
    char authority[32];
    soap_register_plugin(soap, soap_wsse);
    if (getenv("ADDRESSING"))
        soap_register_plugin(soap, soap_wsa);
    soap_set_mode(soap, SOAP_C_UTFSTRING | SOAP_XML_TREE);
    soap->send_timeout = soap->recv_timeout = 15;
    soap->fget = publish;
    snprintf(authority, sizeof authority, "127.0.0.1:%d", listen_anywhere(soap));
    setenv("AUTHORITY", authority, 1);
    serve_all(soap);
    return 1;
}

/* Faults that come to another address than that of HTTP: nobody sends one here. */
int SOAP_ENV__Fault(struct soap *soap, char *code, char *reason, char *actor, struct SOAP_ENV__Detail *detail, struct SOAP_ENV__Code *code12,
    struct SOAP_ENV__Reason *reason12, char *node, char *role, struct SOAP_ENV__Detail *detail12)
{
    return SOAP_NO_METHOD;
}
