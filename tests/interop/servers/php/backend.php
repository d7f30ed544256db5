<?php
// A BancBox backend on PHP's SoapServer. What it must do is told in ../../README.md.
declare(strict_types=1);

const WSS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-';
const WSSE = WSS . 'wssecurity-secext-1.0.xsd';
const WSU = WSS . 'wssecurity-utility-1.0.xsd';

final class Backend
{
    private bool $trusted = false;

    public function __construct(private string $body)
    {
    }

    /** The header block: SoapServer calls it before the operation, and refuses mustUnderstand without it. */
    public function Security(mixed $header): void
    {
        $this->trusted = trusted($this->body);
    }

    public function updateClient(object $request): object
    {
        if (!$this->trusted) {
            throw new SoapFault([WSSE, 'FailedAuthentication'], 'The security token could not be authenticated or authorized');
        }
        $requestId = 1700000000000 + $request->subscriberId % 1000;
        if ($request->firstName === 'Fail') {
            return (object) ['requestId' => $requestId, 'status' => 0, 'errors' => errors()];
        }
        $warnings = [['code' => 'W-ECHO', 'message' => $request->lastName]];
        $statuses = ['clientStatus' => 'ACTIVE', 'cipStatus' => 'UNVERIFIED'];
        return (object) (['requestId' => $requestId, 'status' => 1, 'warnings' => $warnings] + $statuses);
    }
}

function trusted(string $body): bool
{
    $document = new DOMDocument();
    $document->loadXML($body, LIBXML_NONET);
    $path = new DOMXPath($document);
    $path->registerNamespace('wsse', WSSE);
    $path->registerNamespace('wsu', WSU);
    $read = fn (string $name) => $path->evaluate("string(//wsse:Security/wsse:UsernameToken/$name)");
    $secret = getenv('SOAP_PASSWORD');
    $type = 'PasswordText';
    if (getenv('MODE') === 'digest') {
        $secret = digest($read('wsse:Nonce'), $read('wsu:Created'), $secret);
        $type = 'PasswordDigest';
    }
    return $read('wsse:Password/@Type') === WSS . "username-token-profile-1.0#$type"
        && hash_equals(getenv('SOAP_USER'), $read('wsse:Username'))
        && $secret !== null && hash_equals($secret, $read('wsse:Password'))
        && (getenv('TIMESTAMP') === false || current_timestamp($path));
}

function current_timestamp(DOMXPath $path): bool
{
    $read = fn (string $name) => strtotime($path->evaluate("string(//wsse:Security/wsu:Timestamp/wsu:$name)"));
    [$created, $expires] = [$read('Created'), $read('Expires')];
    return $created !== false && $expires !== false && $created < time() + 60 && $expires > max(time(), $created);
}

function digest(string $nonce, string $created, string $password): ?string
{
    $age = abs(time() - (int) strtotime($created));
    $fresh = $nonce !== '' && $age < 300;
    return $fresh ? base64_encode(sha1(base64_decode($nonce) . $created . $password, true)) : null;
}

function errors(): array
{
    return [
        ['code' => 'E-EXAMPLE-1', 'message' => 'first sample error'],
        ['code' => 'E-EXAMPLE-2', 'message' => 'second & last'],
    ];
}

if ($_SERVER['REQUEST_METHOD'] === 'GET') {
    header('Content-Type: text/xml; charset=utf-8');
    echo str_replace('http://localhost/', "http://{$_SERVER['HTTP_HOST']}/", file_get_contents(getenv('CONTRACT')));
    return;
}
$body = file_get_contents('php://input');
$version = getenv('SOAP_VERSION') === '1.2' ? SOAP_1_2 : SOAP_1_1;
$server = new SoapServer(getenv('CONTRACT'), ['cache_wsdl' => WSDL_CACHE_NONE, 'soap_version' => $version]);
$server->setObject(new Backend($body));
ob_start();
$server->handle($body);
$answer = ob_get_clean();
if ($version === SOAP_1_2 && getenv('AS_SHIPPED') === false) {
    $answer = mended($answer);
}
header('Content-Length: ' . strlen($answer));
echo $answer;

/** SOAP 1.2 has an rpc:result in encoded answers only, fault codes of others in a Subcode only, and texts with a language. */
function mended(string $answer): string
{
    $answer = str_replace(['<rpc:result>return</rpc:result>', '<env:Text>'], ['', '<env:Text xml:lang="en">'], $answer);
    // Declared here as well, since CXF does not see what the envelope declares.
    $subcode = '<env:Value>env:Sender</env:Value><env:Subcode><env:Value xmlns:ns1="' . WSSE . '">$1</env:Value></env:Subcode>';
    return preg_replace('#<env:Value>(ns1:FailedAuthentication)</env:Value>#', $subcode, $answer);
}
