// The bridge in gSOAP, both ways in one program: http_post and rapidjson for JSON, the plugin wsse for the token. A thread for each
// connection, with a connection of its own to the backend. What the environment means is told in ../run.
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "soapH.h"
#include "BBXPortBinding.nsmap"
#include "httppost.h"
#include "wsseapi.h"

using Request = ns1__updateClientRequest;
using Response = ns1__updateClientResponse;
using Value = rapidjson::Value;
using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

template <class T> struct Field {
    const char *name;
    char *T::*at;
};

static const Field<Request> BEFORE[] = {{"firstName", &Request::firstName}, {"lastName", &Request::lastName},
    {"middleInitial", &Request::middleInitial}, {"ssn", &Request::ssn}, {"dob", &Request::dob}};
static const Field<ns1__address> ADDRESS[] = {{"line1", &ns1__address::line1}, {"line2", &ns1__address::line2},
    {"city", &ns1__address::city}, {"state", &ns1__address::state}, {"zipcode", &ns1__address::zipcode}};
static const Field<Request> AFTER[] = {{"homePhone", &Request::homePhone}, {"mobilePhone", &Request::mobilePhone},
    {"workPhone", &Request::workPhone}, {"email", &Request::email}, {"username", &Request::username}};
static const Field<ns1__notice> NOTICE[] = {{"code", &ns1__notice::code}, {"message", &ns1__notice::message}};
static const Field<Response> STATES[] = {{"clientStatus", &Response::clientStatus}, {"cipStatus", &Response::cipStatus}};

static std::string setting(const char *name) {
    const char *value = getenv(name);
    return value ? value : "";
}

static const std::string backend = setting("BACKEND"), user = setting("TOKEN_USER"), password = setting("PASSWORD");

template <class T, size_t N> static void read(struct soap *soap, const Value &from, const Field<T> (&fields)[N], T &to) {
    for (const auto &field : fields) {
        auto found = from.FindMember(field.name);
        if (found != from.MemberEnd() && found->value.IsString())
            to.*field.at = soap_strdup(soap, found->value.GetString());
    }
}

template <class T, size_t N> static void write(Writer &out, const Field<T> (&fields)[N], const T &from) {
    for (const auto &field : fields)
        if (const char *text = from.*field.at) {
            out.Key(field.name);
            out.String(text);
        }
}

static void write_notices(Writer &out, const char *name, int size, ns1__notice **notices) {
    out.Key(name);
    out.StartArray();
    for (int n = 0; n < size; n++) {
        out.StartObject();
        write(out, NOTICE, *notices[n]);
        out.EndObject();
    }
    out.EndArray();
}

static void read_notices(struct soap *soap, const Value &from, const char *name, int &size, ns1__notice **&notices) {
    auto found = from.FindMember(name);
    if (found == from.MemberEnd() || !found->value.IsArray())
        return;
    notices = static_cast<ns1__notice **>(soap_malloc(soap, found->value.Size() * sizeof(ns1__notice *)));
    for (const auto &each : found->value.GetArray()) {
        notices[size] = soap_new_ns1__notice(soap, -1);
        read(soap, each, NOTICE, *notices[size++]);
    }
}

// A connection that is kept holds on to every message that it has read until this.
static int forget(struct soap *soap) {
    soap_destroy(soap);
    soap_end(soap);
    return SOAP_OK;
}

static int json_to_soap(struct soap *soap) {
    size_t length = 0;
    char *text = soap_http_get_body(soap, &length);
    if (!text)
        return soap->error;
    soap_end_recv(soap);
    rapidjson::Document given;
    given.Parse(text, length);
    if (given.HasParseError() || !given.IsObject() || !given["subscriberId"].IsInt64() || !given["clientId"].IsObject())
        return 400;
    auto *out = static_cast<struct soap *>(soap->user);
    Request *request = soap_new_ns1__updateClientRequest(out, -1);
    request->subscriberId = given["subscriberId"].GetInt64();
    request->clientId = soap_new_ns1__id(out, -1);
    const Value &id = given["clientId"];
    if (id.HasMember("bancBoxId")) {
        request->clientId->bancBoxId = static_cast<LONG64 *>(soap_malloc(out, sizeof(LONG64)));
        *request->clientId->bancBoxId = id["bancBoxId"].GetInt64();
    }
    if (id.HasMember("subscriberReferenceId"))
        request->clientId->subscriberReferenceId = soap_strdup(out, id["subscriberReferenceId"].GetString());
    read(out, given, BEFORE, *request);
    if (given.HasMember("address")) {
        request->address = soap_new_ns1__address(out, -1);
        read(out, given["address"], ADDRESS, *request->address);
    }
    read(out, given, AFTER, *request);
    soap_wsse_add_UsernameTokenDigest(out, "User", user.c_str(), password.c_str());
    ns1__updateClientResponse_ answer;
    int status = soap_call_ns1__updateClient(out, backend.c_str(), nullptr, request, answer);
    rapidjson::StringBuffer buffer;
    Writer writer(buffer);
    if (status == SOAP_OK && answer.return_) {
        const Response &said = *answer.return_;
        writer.StartObject();
        writer.Key("requestId");
        writer.Int64(said.requestId);
        writer.Key("status");
        writer.Int(said.status);
        write_notices(writer, "warnings", said.__sizewarnings, said.warnings);
        write_notices(writer, "errors", said.__sizeerrors, said.errors);
        write(writer, STATES, said);
        writer.EndObject();
    }
    soap_wsse_delete_Security(out);
    forget(out);
    soap->http_content = "application/json";
    if (status != SOAP_OK)
        return 502;
    if (soap_response(soap, SOAP_FILE) || soap_send_raw(soap, buffer.GetString(), buffer.GetSize()) || soap_end_send(soap))
        return soap_closesock(soap);
    return forget(soap);
}

int ns1__updateClient(struct soap *soap, Request *request, ns1__updateClientResponse_ &answer) {
    const char *name = soap_wsse_get_Username(soap);
    bool known = name && user == name && soap_wsse_verify_Password(soap, password.c_str()) == SOAP_OK;
    soap_wsse_delete_Security(soap);
    if (!known)
        return soap_wsse_fault(soap, wsse__FailedAuthentication, nullptr);
    rapidjson::StringBuffer buffer;
    Writer writer(buffer);
    writer.StartObject();
    writer.Key("subscriberId");
    writer.Int64(request->subscriberId);
    writer.Key("clientId");
    writer.StartObject();
    if (request->clientId->bancBoxId) {
        writer.Key("bancBoxId");
        writer.Int64(*request->clientId->bancBoxId);
    }
    if (request->clientId->subscriberReferenceId) {
        writer.Key("subscriberReferenceId");
        writer.String(request->clientId->subscriberReferenceId);
    }
    writer.EndObject();
    write(writer, BEFORE, *request);
    if (request->address) {
        writer.Key("address");
        writer.StartObject();
        write(writer, ADDRESS, *request->address);
        writer.EndObject();
    }
    write(writer, AFTER, *request);
    writer.EndObject();
    auto *out = static_cast<struct soap *>(soap->user);
    out->http_content = "application/json";
    if (soap_connect_command(out, SOAP_POST_FILE, backend.c_str(), nullptr) ||
        soap_send_raw(out, buffer.GetString(), buffer.GetSize()) || soap_end_send(out))
        return soap_receiver_fault(soap, "the backend cannot be reached", nullptr);
    size_t length = 0;
    soap_begin_recv(out);
    char *text = soap_http_get_body(out, &length);
    soap_end_recv(out);
    rapidjson::Document said;
    if (text)
        said.Parse(text, length);
    if (!text || said.HasParseError() || !said.IsObject())
        return soap_receiver_fault(soap, "the backend's answer is not JSON", nullptr);
    Response *response = answer.return_ = soap_new_ns1__updateClientResponse(soap, -1);
    response->requestId = said["requestId"].GetInt64();
    response->status = said["status"].GetInt();
    read_notices(soap, said, "warnings", response->__sizewarnings, response->warnings);
    read_notices(soap, said, "errors", response->__sizeerrors, response->errors);
    read(soap, said, STATES, *response);
    forget(out);
    return SOAP_OK;
}

static struct soap *made() {
    struct soap *soap = soap_new2(SOAP_IO_KEEPALIVE | SOAP_C_UTFSTRING, SOAP_IO_KEEPALIVE | SOAP_IO_STORE | SOAP_C_UTFSTRING);
    soap_register_plugin(soap, soap_wsse);
    soap->max_keep_alive = 0;
    return soap;
}

static void serve(struct soap *soap) {
    struct soap *out = made();
    soap->user = out;
    soap->fserveloop = forget;
    soap_serve(soap);
    for (struct soap *each : {soap, out}) {
        soap_closesock(each);
        forget(each);
        soap_free(each);
    }
}

int main() {
    static struct http_post_handlers handlers[] = {{"application/json", json_to_soap}, {nullptr, nullptr}};
    signal(SIGPIPE, SIG_IGN);
    struct soap *soap = made();
    soap_register_plugin_arg(soap, http_post, handlers);
    soap->bind_flags = SO_REUSEADDR;
    if (!soap_valid_socket(soap_bind(soap, "127.0.0.1", atoi(setting("PORT").c_str()), 1024))) {
        soap_print_fault(soap, stderr);
        return 1;
    }
    for (;;)
        if (soap_valid_socket(soap_accept(soap)))
            std::thread(serve, soap_copy(soap)).detach();
}
