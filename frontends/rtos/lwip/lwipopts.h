/*
 * How images use lwIP: one task, no operating system, no heap but lwIP's own, all sizes fixed. IPv4 with ARP, ICMP
 * echo, UDP and TCP; neither fragments nor options, which nobody on a virtual Ethernet needs.
 */
#ifndef RTOS_LWIPOPTS_H
#define RTOS_LWIPOPTS_H

#define NO_SYS			  1
#define SYS_LIGHTWEIGHT_PROT	  0
#define LWIP_NETCONN		  0
#define LWIP_SOCKET		  0
#define LWIP_SINGLE_NETIF	  1
#define LWIP_NETIF_TX_SINGLE_PBUF 0

#define MEM_ALIGNMENT		8
#define MEM_SIZE		(128 * 1024)
#define MEMP_NUM_PBUF		32
#define MEMP_NUM_TCP_PCB	24
#define MEMP_NUM_TCP_PCB_LISTEN 4
#define MEMP_NUM_TCP_SEG	128
#define MEMP_NUM_UDP_PCB	4
#define PBUF_POOL_SIZE		96
#define PBUF_POOL_BUFSIZE	1536

#define LWIP_IPV4	   1
#define LWIP_IPV6	   0
#define LWIP_ARP	   1
#define LWIP_ICMP	   1
#define LWIP_RAW	   0
#define LWIP_DHCP	   0
#define LWIP_AUTOIP	   0
#define LWIP_IGMP	   0
#define LWIP_DNS	   0
#define IP_FORWARD	   0
#define IP_REASSEMBLY	   0
#define IP_FRAG		   0
#define IP_OPTIONS_ALLOWED 0
#define ARP_QUEUEING	   0
#define LWIP_ACD	   0

#define LWIP_UDP	   1
#define LWIP_TCP	   1
#define TCP_MSS		   1460
#define TCP_WND		   (16 * TCP_MSS)
#define TCP_SND_BUF	   (16 * TCP_MSS)
#define TCP_SND_QUEUELEN   64
#define TCP_LISTEN_BACKLOG 1
#define TCP_QUEUE_OOSEQ	   1

#define LWIP_STATS		 0
#define LWIP_NETIF_HOSTNAME	 0
#define LWIP_NETIF_LINK_CALLBACK 0
#define LWIP_CHKSUM_ALGORITHM	 3

#endif
