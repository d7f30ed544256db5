# A client and a server of a contract with attachments, made by gSOAP's compilers.
# make -C where-to -f this HERE=where-this-is NAME=of-the-programs CONTRACT=wsdl
GSOAP = /usr/share/gsoap
FLAGS = -O0 -w -DWITH_DOM -DWITH_IPV6 -I. -I$(HERE) -I$(GSOAP)

all: client server

client: client.o soapClient.o soapC.o
	$(CC) -o $@ $^ -lgsoap

server: server.o soapServer.o soapC.o
	$(CC) -o $@ $^ -lgsoap

client.o server.o: %.o: $(HERE)/$(NAME)_%.c soapH.h
	$(CC) $(FLAGS) -c -o $@ $<

soapC.o soapClient.o soapServer.o: %.o: soapH.h
	$(CC) $(FLAGS) -c -o $@ $*.c

soapH.h: service.h
	soapcpp2 -c -x -L -I$(GSOAP)/import $<

service.h: $(CONTRACT)
	wsdl2h -c -s -o $@ -t $(GSOAP)/WS/typemap.dat $<
