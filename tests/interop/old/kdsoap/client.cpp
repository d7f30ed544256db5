// One updateClient call through KDSoap. What the environment means is told in ../../README.md.
#include "client.h"
#include "common.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDomDocument>
#include <QFile>
#include <QRandomGenerator>
#include <QTextStream>
#include <QUrl>
#include <cstdlib>

static void need(bool condition, const QString &what, const QString &seen)
{
    if (condition)
        return;
    QTextStream(stderr) << "not so: " << what << "; seen: " << seen.simplified() << "\n";
    std::exit(1);
}

// The stub was made when this was compiled: what is left of the URL of the contract is the address.
static QString address()
{
    return setting("WSDL_URL").section(QLatin1Char('?'), 0, 0);
}

static QString text(const QDomElement &parent, const char *name)
{
    return parent.firstChildElement(QLatin1String(name)).text();
}

static SCH__UpdateClientRequest sample()
{
    QFile file(setting("SAMPLE_XML"));
    QDomDocument document;
    need(file.open(QIODevice::ReadOnly) && document.setContent(&file, true), "the sample is XML", file.fileName());
    const QDomElement root = document.documentElement(), id = root.firstChildElement("clientId"),
                      place = root.firstChildElement("address");
    SCH__Id clientId;
    if (!text(id, "bancBoxId").isEmpty())
        clientId.setBancBoxId(text(id, "bancBoxId").toLongLong());
    clientId.setSubscriberReferenceId(text(id, "subscriberReferenceId"));
    SCH__UpdateClientRequest request;
    request.setSubscriberId(text(root, "subscriberId").toLongLong());
    request.setClientId(clientId);
    request.setFirstName(text(root, "firstName"));
    request.setLastName(text(root, "lastName"));
    request.setMiddleInitial(text(root, "middleInitial"));
    request.setSsn(text(root, "ssn"));
    request.setDob(QDate::fromString(text(root, "dob"), Qt::ISODate));
    request.setHomePhone(text(root, "homePhone"));
    request.setMobilePhone(text(root, "mobilePhone"));
    request.setWorkPhone(text(root, "workPhone"));
    request.setEmail(text(root, "email"));
    request.setUsername(text(root, "username"));
    if (place.isNull())
        return request;
    SCH__Address lines;
    lines.setLine1(text(place, "line1"));
    lines.setLine2(text(place, "line2"));
    lines.setCity(text(place, "city"));
    lines.setState(text(place, "state"));
    lines.setZipcode(text(place, "zipcode"));
    request.setAddress(lines);
    return request;
}

static KDSoapValue element(const QString &space, const QString &name, const QVariant &value)
{
    KDSoapValue made(name, value);
    made.setNamespaceUri(space);
    made.setQualified(true);
    return made;
}

static KDSoapValue attributed(KDSoapValue made, const QString &name, const QString &value)
{
    made.childValues().attributes().append(KDSoapValue(name, value));
    return made;
}

static KDSoapValue token(const QString &created)
{
    const bool digest = setting("MODE") == "digest";
    QByteArray octets(16, Qt::Uninitialized);
    QRandomGenerator::system()->generate(octets.begin(), octets.end());
    const QString nonce = QString::fromLatin1(octets.toBase64()), password = setting("SOAP_PASSWORD");
    KDSoapValue token = element(WSSE, "UsernameToken", QVariant());
    const QString secret = digest ? digested(nonce, created, password) : password;
    const KDSoapValue written = element(WSSE, "Password", secret);
    token.childValues().append(element(WSSE, "Username", setting("SOAP_USER")));
    token.childValues().append(attributed(written, "Type", PASSWORD_TYPE + (digest ? "Digest" : "Text")));
    if (digest || given("NONCE")) {
        const QString base64 = WSS + "soap-message-security-1.0#Base64Binary";
        token.childValues().append(attributed(element(WSSE, "Nonce", nonce), "EncodingType", base64));
        token.childValues().append(element(WSU, "Created", created));
    }
    return token;
}

// KDSoap has digests of its own (setUseWSUsernameToken), without a Timestamp and without texts: the program writes the header.
static KDSoapMessage security()
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    KDSoapValue security = element(WSSE, "Security", QVariant());
    if (given("TIMESTAMP")) {
        KDSoapValue stamp = element(WSU, "Timestamp", QVariant());
        stamp.childValues().append(element(WSU, "Created", now.toString("yyyy-MM-ddTHH:mm:ssZ")));
        stamp.childValues().append(element(WSU, "Expires", now.addSecs(300).toString("yyyy-MM-ddTHH:mm:ssZ")));
        security.childValues().append(stamp);
    }
    security.childValues().append(token(now.toString("yyyy-MM-ddTHH:mm:ssZ")));
    // The children of such a message are the header blocks.
    KDSoapMessage header;
    header.childValues().append(security);
    return header;
}

static void checkRequestId(const QString &id)
{
    need(id.size() == 13, "requestId has 13 digits", id);
    need(id == setting("EXPECT_REQUEST_ID", id), "requestId is exact", id);
}

static void checkSuccess(const SCH__UpdateClientResponse &answer)
{
    need(answer.status() == 1, "status is 1", QString::number(answer.status()));
    need(answer.clientStatus() == "ACTIVE", "clientStatus is ACTIVE", answer.clientStatus());
    need(answer.errors().isEmpty(), "no errors", QString::number(answer.errors().size()));
    QStringList texts;
    for (const SCH__Notice &warning : answer.warnings())
        texts += warning.message();
    need(!given("EXPECT_ECHO") || texts == QStringList(setting("EXPECT_ECHO")), "the last name comes back", texts.join("|"));
}

static void checkFailure(const SCH__UpdateClientResponse &answer)
{
    need(answer.status() == 0, "status is 0", QString::number(answer.status()));
    need(!answer.hasValueForClientStatus(), "no clientStatus", answer.clientStatus());
    const int count = answer.errors().size();
    need(count >= setting("EXPECT_ERRORS", "1").toInt(), "errors are listed", QString::number(count));
    for (const SCH__Notice &error : answer.errors())
        need(error.hasValueForCode() && error.hasValueForMessage(), "each error has code and message", error.code());
}

// SOAP 1.1 has the code in faultcode, SOAP 1.2 in a Subcode. KDSoap gives it as it is written, and not what its prefix means.
static void checkFault(const QString &expected, const KDSoapMessage &fault)
{
    need(expected == "auth-fault", expected + " was expected", fault.faultAsString());
    const KDSoapValue subcode = fault.childValues().child("Code").childValues().child("Subcode");
    const QString code = subcode.isNull() ? fault.childValues().child("faultcode").value().toString()
                                          : subcode.childValues().child("Value").value().toString();
    const QString name = code.section(QLatin1Char(':'), -1);
    need(name == "FailedAuthentication" || name == "InvalidSecurityToken", "the code says failed authentication",
         code + " " + fault.faultAsString());
}

int main(int count, char **words)
{
    QCoreApplication application(count, words);
    const QString expected = setting("EXPECT", "success");
    BBXPortService service;
    service.setEndPoint(address());
    service.setSoapVersion(setting("SOAP_VERSION") == "1.2" ? KDSoapClientInterface::SOAP1_2 : KDSoapClientInterface::SOAP1_1);
    service.clientInterface()->setTimeout(15000);
    service.clientInterface()->setHeader("Security", security());
    UpdateClientJob job(&service);
    job.setUpdateClientRequest(sample());
    job.setAutoDelete(false);
    QObject::connect(&job, &KDSoapJob::finished, &application, &QCoreApplication::quit);
    job.start();
    application.exec();
    if (job.isFault()) {
        checkFault(expected, job.reply());
        return 0;
    }
    const SCH__UpdateClientResponse answer = job.return_();
    checkRequestId(QString::number(answer.requestId()));
    if (expected == "success")
        checkSuccess(answer);
    else if (expected == "business-failure")
        checkFailure(answer);
    else
        need(false, "a wsse fault was expected", QString::number(answer.status()));
    return 0;
}
