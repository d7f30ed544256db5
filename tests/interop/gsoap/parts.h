/* Parts beside an envelope. */
static void attach(struct soap *soap, const void *octets, size_t length, const char *type, const char *name)
{
    need(soap_set_mime_attachment(soap, (char *)octets, length, SOAP_MIME_BINARY, type, name, NULL, NULL) == SOAP_OK, "a part is attached", name);
}

/* The part whose Content-ID begins so. */
static struct soap_multipart *beside(struct soap *soap, const char *begin)
{
    struct soap_multipart *part;
    for (part = soap->mime.list; part; part = part->next)
        if (part->id && !strncmp(part->id, begin, strlen(begin)))
            return part;
    need(0, "there is a part", begin);
    return NULL;
}

/* The part to which an element refers by `cid:`. */
static struct soap_multipart *referred(struct soap *soap, const char *reference)
{
    char name[256];
    snprintf(name, sizeof name, "<%s>", reference + strlen("cid:"));
    return beside(soap, name);
}
