<?php
// Starts backend.php under PHP's own web server, on a free port that it prints.
declare(strict_types=1);

$probe = stream_socket_server('tcp://127.0.0.1:0');
$address = stream_socket_get_name($probe, false);
fclose($probe);
echo 'port ', explode(':', $address)[1], "\n";
fflush(STDOUT);
pcntl_exec(PHP_BINARY, ['-S', $address, __DIR__ . '/backend.php'], getenv());
