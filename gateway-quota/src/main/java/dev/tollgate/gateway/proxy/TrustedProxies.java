package dev.tollgate.gateway.proxy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/// The networks of proxies in front of the gateway. Immutable.
public final class TrustedProxies {

    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    /// Longer lists are refused: each connection is compared with all of them.
    public static final int NETWORKS_MAX = 100;

    /// @param address 4 or 16 bytes, of which the first `bits` bits count
    private record Network(byte[] address, int bits) {

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            int whole = bits / 8;
            for (int i = 0; i < whole; i++) {
                if (address[i] != other[i]) {
                    return false;
                }
            }
            int rest = bits % 8;
            return rest == 0 || ((address[whole] ^ other[whole]) & 0xff) >>> (8 - rest) == 0;
        }
    }

    private final List<Network> networks;

    private TrustedProxies(List<Network> networks) {
        this.networks = List.copyOf(networks);
    }

    /// @param cidrs addresses, `10.0.0.7` or `fd00::1`, or networks, `10.0.0.0/8` or `fd00::/8`
    /// @throws IllegalArgumentException for anything else, names of hosts too
    public static TrustedProxies of(List<String> cidrs) {
        if (cidrs.size() > NETWORKS_MAX) {
            throw new IllegalArgumentException("there are " + cidrs.size() + " networks but at most " + NETWORKS_MAX);
        }
        List<Network> networks = new ArrayList<>();
        for (String cidr : cidrs) {
            networks.add(network(cidr.strip()));
        }
        return new TrustedProxies(networks);
    }

    private static Network network(String cidr) {
        int slash = cidr.indexOf('/');
        byte[] address = literal(slash < 0 ? cidr : cidr.substring(0, slash), cidr);
        int all = address.length * 8;
        int bits = all;
        if (slash >= 0) {
            try {
                bits = Integer.parseInt(cidr.substring(slash + 1));
            } catch (NumberFormatException noNumber) {
                bits = -1;
            }
        }
        if (bits < 0 || bits > all) {
            throw new IllegalArgumentException("\"" + cidr + "\" must end with a number of bits from 0 to " + all);
        }
        return new Network(address, bits);
    }

    /// An IPv4 address that is written as IPv6 (`::ffff:10.0.0.7`) is read as IPv4, as the system reports it.
    private static byte[] literal(String text, String cidr) {
        boolean digits = !text.isEmpty();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            digits &= Character.digit(c, 16) >= 0 || c == '.' || c == ':';
        }
        boolean isAddress = digits && (text.indexOf(':') >= 0 || dots(text) == 3);
        if (isAddress) {
            try {
                return InetAddress.getByName(text).getAddress();
            } catch (UnknownHostException noAddress) {
                // Told below.
            }
        }
        throw new IllegalArgumentException("\"" + cidr + "\" is no IP address and no network such as 10.0.0.0/8");
    }

    private static int dots(String text) {
        int dots = 0;
        for (int i = 0; i < text.length(); i++) {
            dots += text.charAt(i) == '.' ? 1 : 0;
        }
        return dots;
    }

    /// @param address as it stands in a packet, 4 or 16 bytes
    public boolean trusts(byte[] address) {
        for (Network network : networks) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    public boolean isEmpty() {
        return networks.isEmpty();
    }

    @Override
    public String toString() {
        return "TrustedProxies[" + networks.size() + "]";
    }
}
