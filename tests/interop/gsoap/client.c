/* One updateClient call through gSOAP. What the environment means is told in ../README.md. */
#include <inttypes.h>

#include "soapH.h"
#include "wsaapi.h"
#include "wsseapi.h"
#include "BBXPortBinding.nsmap"
#include "client.h"

static struct ns1__updateClientRequest *sample(struct soap *soap)
{
    struct ns1__updateClientRequest *request = soap_new_ns1__updateClientRequest(soap, 1);
    FILE *file = fopen(setting("SAMPLE_XML", ""), "r");
    need(file != NULL, "the sample is there", getenv("SAMPLE_XML"));
    soap->recvfd = fileno(file);
    need(soap_read_ns1__updateClientRequest(soap, request) == SOAP_OK, "the sample is XML", getenv("SAMPLE_XML"));
    fclose(file);
    soap->recvfd = 0;
    return request;
}

/* gSOAP has Nonce and Created beside digests only: this is one, with a text in its place. */
static void text_with_nonce(struct soap *soap, const char *user, const char *password)
{
    struct _wsse__UsernameToken *token;
    soap_wsse_add_UsernameTokenDigest(soap, "User", user, password);
    token = soap->header->wsse__Security->UsernameToken;
    token->Password->__item = soap_strdup(soap, password);
    token->Password->Type = (char *)wsse_PasswordTextURI;
}

static void secure(struct soap *soap)
{
    const char *user = setting("SOAP_USER", ""), *password = setting("SOAP_PASSWORD", "");
    if (getenv("TIMESTAMP"))
        soap_wsse_add_Timestamp(soap, "Time", 300);
    if (!strcmp(setting("MODE", "text"), "digest"))
        soap_wsse_add_UsernameTokenDigest(soap, "User", user, password);
    else if (getenv("NONCE"))
        text_with_nonce(soap, user, password);
    else
        soap_wsse_add_UsernameTokenText(soap, "User", user, password);
}

/* The action is that of the contract, which was read when this was compiled. */
static void address_message(struct soap *soap)
{
    soap_register_plugin(soap, soap_wsa);
    need(soap_wsa_request(soap, soap_wsa_rand_uuid(soap), address(soap), setting("ACTION", "")) == SOAP_OK, "properties are added", NULL);
}

static void check_success(const struct ns1__updateClientResponse *answer, const char *id)
{
    const char *echo = getenv("EXPECT_ECHO");
    need(answer->status == 1, "status is 1", id);
    need(answer->clientStatus && !strcmp(answer->clientStatus, "ACTIVE"), "clientStatus is ACTIVE", answer->clientStatus);
    need(answer->__sizeerrors == 0, "no errors", id);
    if (!echo)
        return;
    need(answer->__sizewarnings == 1, "one warning", id);
    need(!strcmp(answer->warnings[0].message, echo), "the last name comes back", answer->warnings[0].message);
}

static void check_failure(const struct ns1__updateClientResponse *answer, const char *id)
{
    int i;
    need(answer->status == 0, "status is 0", id);
    need(answer->clientStatus == NULL, "no clientStatus", answer->clientStatus);
    need(answer->__sizeerrors >= atoi(setting("EXPECT_ERRORS", "1")), "errors are listed", id);
    for (i = 0; i < answer->__sizeerrors; i++)
        need(answer->errors[i].code && answer->errors[i].message, "each error has code and message", id);
}

/* SOAP 1.1 has the code in faultcode, SOAP 1.2 in a Subcode. gSOAP writes both with its own prefixes. */
static void check_fault(struct soap *soap, const char *expected)
{
    const char *code;
    need(soap->fault != NULL, "an answer", *soap_faultstring(soap));
    need(!strcmp(expected, "auth-fault"), "this was expected", expected);
    code = soap->fault->faultcode ? soap->fault->faultcode : *soap_faultsubcode(soap);
    need(code && !strncmp(code, "wsse:", 5), "the fault code is in the wsse namespace", code);
    need(!strcmp(code + 5, "FailedAuthentication") || !strcmp(code + 5, "InvalidSecurityToken"),
        "the code says failed authentication", code);
}

int main(void)
{
    const char *expected = setting("EXPECT", "success");
    struct soap *soap;
    struct ns1__updateClientResponse_ response;
    char id[24];
    choose_version(setting("SOAP_VERSION", "1.1"));
    soap = soap_new1(SOAP_C_UTFSTRING);
    soap_register_plugin(soap, soap_wsse);
    soap_set_mode(soap, SOAP_C_UTFSTRING | SOAP_XML_TREE);
    soap->connect_timeout = soap->send_timeout = soap->recv_timeout = 15;
    struct ns1__updateClientRequest *request = sample(soap);
    if (getenv("ADDRESSING"))
        address_message(soap);
    secure(soap);
    if (soap_call_ns1__updateClient(soap, address(soap), NULL, request, &response) != SOAP_OK)
    {
        check_fault(soap, expected);
        return 0;
    }
    if (getenv("ADDRESSING"))
        need(soap_wsa_check(soap) == SOAP_OK, "the answer has properties", NULL);
    if (getenv("RESPONSE_TIMESTAMP"))
        need(soap_wsse_Timestamp(soap) && soap_wsse_verify_Timestamp(soap) == SOAP_OK, "the answer has a fresh Timestamp", NULL);
    snprintf(id, sizeof id, "%" PRId64, (int64_t)response.return_->requestId);
    need(strlen(id) == 13, "requestId has 13 digits", id);
    need(!strcmp(id, setting("EXPECT_REQUEST_ID", id)), "requestId is exact", id);
    if (!strcmp(expected, "success"))
        check_success(response.return_, id);
    else if (!strcmp(expected, "business-failure"))
        check_failure(response.return_, id);
    else
        need(0, "a wsse fault was expected", id);
    return 0;
}
