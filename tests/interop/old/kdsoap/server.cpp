// A BancBox backend on KDSoap's server. What it must do is told in ../../README.md.
#include "common.h"
#include "server.h"

#include <KDSoapServer/KDSoapServer.h>
#include <QCoreApplication>
#include <QDateTime>
#include <QMutex>
#include <QSet>
#include <QTextStream>

static bool isNew(const QString &nonce)
{
    static QMutex mutex;
    static QSet<QString> nonces;
    QMutexLocker locked(&mutex);
    if (nonces.contains(nonce))
        return false;
    nonces.insert(nonce);
    return true;
}

static bool isCurrent(const QString &time)
{
    return qAbs(QDateTime::fromString(time, Qt::ISODate).secsTo(QDateTime::currentDateTimeUtc())) < 300;
}

static QString text(const KDSoapValue &parent, const char *name)
{
    return parent.childValues().child(QLatin1String(name)).value().toString();
}

static bool accepts(const KDSoapMessage &security)
{
    const bool digest = setting("MODE") == "digest";
    const KDSoapValue token = security.childValues().child("UsernameToken"), password = token.childValues().child("Password");
    const QString nonce = text(token, "Nonce"), created = text(token, "Created"), secret = setting("SOAP_PASSWORD");
    QString type;
    for (const KDSoapValue &attribute : password.childValues().attributes())
        if (attribute.name() == "Type")
            type = attribute.value().toString();
    if (given("TIMESTAMP") && !isCurrent(text(security.childValues().child("Timestamp"), "Created")))
        return false;
    if (digest && (nonce.isEmpty() || !isCurrent(created)))
        return false;
    return type == PASSWORD_TYPE + (digest ? "Digest" : "Text") && text(token, "Username") == setting("SOAP_USER")
        && password.value().toString() == (digest ? digested(nonce, created, secret) : secret)
        && (nonce.isEmpty() || isNew(nonce));
}

static SCH__Notice notice(const QString &code, const QString &message)
{
    SCH__Notice made;
    made.setCode(code);
    made.setMessage(message);
    return made;
}

class Backend : public BBXPortServiceServerBase
{
public:
    void processRequest(const KDSoapMessage &request, KDSoapMessage &response, const QByteArray &action) override
    {
        if (accepts(requestHeaders().header("Security", WSSE)))
            BBXPortServiceServerBase::processRequest(request, response, action);
        else
            setFault("wsse:FailedAuthentication", "The security token could not be authenticated or authorized");
    }

    SCH__UpdateClientResponse updateClient(const SCH__UpdateClientRequest &request) override
    {
        SCH__UpdateClientResponse answer;
        answer.setRequestId(1700000000000 + request.subscriberId() % 1000);
        if (request.firstName() == "Fail") {
            answer.setStatus(0);
            answer.setErrors({notice("E-EXAMPLE-1", "first sample error"), notice("E-EXAMPLE-2", "second & last")});
            return answer;
        }
        answer.setStatus(1);
        answer.setWarnings({notice("W-ECHO", request.lastName())});
        answer.setClientStatus("ACTIVE");
        answer.setCipStatus("UNVERIFIED");
        return answer;
    }
};

class Server : public KDSoapServer
{
public:
    QObject *createServerObject() override { return new Backend; }
};

int main(int count, char **words)
{
    QCoreApplication application(count, words);
    Server server;
    server.setPath("/BBXPort");
    server.setUse(KDSoapMessage::LiteralUse);
    if (!server.listen(QHostAddress::LocalHost))
        return 1;
    QTextStream(stdout) << "port " << server.serverPort() << Qt::endl;
    return application.exec();
}
