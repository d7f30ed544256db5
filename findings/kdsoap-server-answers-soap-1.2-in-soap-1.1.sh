#!/usr/bin/env bash
# KDSoap 1.9.1: its server reads an envelope of SOAP 1.2, calls the operation, and answers with an envelope and a media type of SOAP 1.1.
# A node that does not read SOAP 1.2 is to answer with a VersionMismatch (SOAP 1.1, 4.1.2; SOAP 1.2 Part 1, appendix A).
# Needs Debian 12's packages by apt-get, curl, g++, pkg-config and Qt 5 (qtbase5-dev). Seen:
#   called: get
#   Content-Type: text/xml
#   envelope: http://schemas.xmlsoap.org/soap/envelope/
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"; [ -z "${server:-}" ] || kill "$server" 2>/dev/null' EXIT
cd "$folder"
for package in libkdsoap1 libkdsoap-server1 libkdsoap-dev; do
    apt-get download -qq "$package=1.9.1+dfsg-5" >apt.log 2>&1 || { cat apt.log; exit 1; }
    dpkg -x "$package"_*.deb root
done
library=$(dirname "$(find "$folder/root" -name libkdsoap.so)")
export LD_LIBRARY_PATH=$library
cat >main.cpp <<'CPP'
#include <KDSoapClient/KDSoapMessage.h>
#include <KDSoapServer/KDSoapServer.h>
#include <KDSoapServer/KDSoapServerObjectInterface.h>
#include <QCoreApplication>
#include <QTextStream>

class Object : public QObject, public KDSoapServerObjectInterface
{
    Q_OBJECT
    Q_INTERFACES(KDSoapServerObjectInterface)
public:
    void processRequest(const KDSoapMessage &request, KDSoapMessage &response, const QByteArray &) override
    {
        response.addArgument("called", request.name());
    }
};

class Server : public KDSoapServer
{
    Q_OBJECT
public:
    QObject *createServerObject() override { return new Object; }
};

int main(int count, char **words)
{
    QCoreApplication application(count, words);
    Server server;
    server.setUse(KDSoapMessage::LiteralUse);
    if (!server.listen(QHostAddress::LocalHost))
        return 1;
    QTextStream(stdout) << server.serverPort() << Qt::endl;
    return application.exec();
}

#include "main.moc"
CPP
included=(-I. -Iroot/usr/include -Iroot/usr/include/KDSoapClient -Iroot/usr/include/KDSoapServer $(pkg-config --cflags Qt5Core Qt5Network))
moc=$(command -v moc || echo /usr/lib/qt5/bin/moc)
"$moc" "${included[@]}" main.cpp -o main.moc
g++ -std=c++17 -fPIC "${included[@]}" -o finding main.cpp -L"$library" -lkdsoap-server -lkdsoap $(pkg-config --libs Qt5Core Qt5Network)
./finding >port &
server=$!
until [ -s port ]; do sleep 0.1; done
curl --silent --noproxy '*' --max-time 60 --header 'Content-Type: application/soap+xml; charset=utf-8' --dump-header heads --output answer \
    --data '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><t:get xmlns:t="urn:t"/></s:Body></s:Envelope>' \
    "http://127.0.0.1:$(cat port)/"
seen=$(
    echo "called: $(grep -o '>get<' answer | tr -d '<>')"
    tr -d '\r' <heads | grep -i '^Content-Type:'
    echo "envelope: $(grep -oE 'http://(schemas.xmlsoap.org/soap/envelope/|www.w3.org/2003/05/soap-envelope)' answer | sort -u)"
)
expected='called: get
Content-Type: text/xml
envelope: http://schemas.xmlsoap.org/soap/envelope/'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { cat heads answer; echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
