#!/usr/bin/env perl
# A BancBox backend on SOAP::Lite's HTTP server. What it must do is told in ../../README.md.
use strict;
use warnings;
use utf8;

package Gate;
use Digest::SHA qw(sha1_base64);
use MIME::Base64 qw(decode_base64);
use Time::Local qw(timegm);

my $wss = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-';
my $wsse = "${wss}wssecurity-secext-1.0.xsd";
my %nonces;

sub accepts {
    my ($som) = @_;
    my ($security) = $som->match('/Envelope/Header/Security');
    return 0 unless $security;
    my $at = '/Envelope/Header/Security';
    my ($user, $password, $nonce, $created) = map { $som->valueof("$at/UsernameToken/$_") } qw(Username Password Nonce Created);
    my $type = ($som->dataof("$at/UsernameToken/Password") or return 0)->attr->{Type} // '';
    my $digest = $ENV{MODE} eq 'digest';
    my $secret = $ENV{SOAP_PASSWORD};
    return 0 if $ENV{TIMESTAMP} && !is_current($som->valueof("$at/Timestamp/Created"));
    return 0 if $digest && !(defined $nonce && is_current($created));
    $secret = padded(sha1_base64(decode_base64($nonce) . $created . $secret)) if $digest;
    return 0 unless $type eq "${wss}username-token-profile-1.0#" . ($digest ? 'PasswordDigest' : 'PasswordText');
    return 0 unless $user eq $ENV{SOAP_USER} && $password eq $secret;
    return !(defined $nonce && $nonces{$nonce}++);
}

sub is_current {
    my ($text) = @_;
    my @parts = ($text // '') =~ /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/ or return 0;
    return abs(time - timegm(@parts[5, 4, 3, 2], $parts[1] - 1, $parts[0])) < 300;
}

sub padded {
    my ($text) = @_;
    return $text . '=' x (-length($text) % 4);
}

package BBXPort;
our @ISA = qw(SOAP::Server::Parameters);

sub updateClient {
    my $som = pop;
    die SOAP::Fault->faultcode(refusal($som))->faultstring('The security token could not be authenticated or authorized')
        unless Gate::accepts($som);
    my $request = $som->valueof('/Envelope/Body/updateClient/updateClientRequest');
    my $id = SOAP::Data->name(requestId => 1700000000000 + substr($request->{subscriberId}, -3));
    my @rest = ($request->{firstName} // '') eq 'Fail'
        ? (SOAP::Data->name(status => 0), notice('errors', 'E-EXAMPLE-1', 'first sample error'),
            notice('errors', 'E-EXAMPLE-2', 'second & last'))
        : (SOAP::Data->name(status => 1), notice('warnings', 'W-ECHO', $request->{lastName}),
            SOAP::Data->name(clientStatus => 'ACTIVE'), SOAP::Data->name(cipStatus => 'UNVERIFIED'));
    return SOAP::Data->name('return')->value(\SOAP::Data->value($id, @rest));
}

# It writes the code as it is given, in SOAP 1.2 in the place of the only code: a Subcode cannot be had.
sub refusal {
    return 'wsse:FailedAuthentication';
}

sub notice {
    my ($name, $code, $message) = @_;
    my @members = (SOAP::Data->name(code => $code), SOAP::Data->name(message => $message)->type('string'));
    return SOAP::Data->name($name)->value(\SOAP::Data->value(@members));
}

package main;
use SOAP::Lite;
use SOAP::Transport::HTTP;

# The Gate above looks at the only such header.
$SOAP::Constants::DO_NOT_CHECK_MUSTUNDERSTAND = 1;
my $daemon = SOAP::Transport::HTTP::Daemon->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 50)
    ->dispatch_with({'schema.bancbox.com' => 'BBXPort'});
my $serializer = $daemon->serializer;
$serializer->autotype(0)->readable(0)->encodingStyle('');
# As shipped it declares the namespace of the wrapper as the default one, which members of RPC are not in.
$serializer->use_default_ns(0) unless $ENV{AS_SHIPPED};
$serializer->register_ns($wsse => 'wsse');
$| = 1;
print "port ", ($daemon->url =~ /:(\d+)/)[0], "\n";
# As its own loop, but for connections that are kept open: it serves one after the other, and its other server, which forks,
# would forget nonces.
while (my $connection = $daemon->accept) {
    if (my $request = $connection->get_request) {
        $connection->force_last_request;
        $connection->send_response($request->method eq 'GET' ? contract($request) : answer($request));
    }
    $connection->close;
}

sub answer {
    my ($request) = @_;
    $daemon->request($request);
    $daemon->SOAP::Transport::HTTP::Server::handle;
    return $daemon->response;
}

sub contract {
    my ($request) = @_;
    open my $file, '<:raw', $ENV{CONTRACT} or die "$ENV{CONTRACT}: $!";
    local $/;
    my $text = <$file> =~ s{http://localhost/}{'http://' . $request->header('Host') . '/'}er;
    return HTTP::Response->new(200, 'OK', ['Content-Type' => 'text/xml'], $text);
}
