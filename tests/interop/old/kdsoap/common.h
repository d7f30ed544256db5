// What the client and the server of KDSoap share.
#include <KDSoapClient/KDSoapMessage.h>
#include <QByteArray>
#include <QCryptographicHash>
#include <QString>

const QString WSS = QStringLiteral("http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-");
const QString WSSE = WSS + QStringLiteral("wssecurity-secext-1.0.xsd");
const QString WSU = WSS + QStringLiteral("wssecurity-utility-1.0.xsd");
const QString PASSWORD_TYPE = WSS + QStringLiteral("username-token-profile-1.0#Password");

inline bool given(const char *name)
{
    return qEnvironmentVariableIsSet(name);
}

inline QString setting(const char *name, const QString &otherwise = QString())
{
    return given(name) ? QString::fromUtf8(qgetenv(name)) : otherwise;
}

inline QString digested(const QString &nonce, const QString &created, const QString &password)
{
    const QByteArray all = QByteArray::fromBase64(nonce.toUtf8()) + created.toUtf8() + password.toUtf8();
    return QString::fromLatin1(QCryptographicHash::hash(all, QCryptographicHash::Sha1).toBase64());
}
