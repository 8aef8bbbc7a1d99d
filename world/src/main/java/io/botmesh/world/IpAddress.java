package io.botmesh.world;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An IP address as a webhook may have it.
 *
 * @param text in its usual notation, without brackets
 */
record IpAddress(String text, boolean isIpv4, boolean isReserved) {
    /** Strict, as what is nearly an address would be looked up as a name. */
    private static final Pattern IPV4 = Pattern.compile(
            "(0|[1-9]\\d?|1\\d\\d|2[0-4]\\d|25[0-5])".transform(octet -> octet + "(\\." + octet + "){3}"));

    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");

    /** First address and length of the prefix of each network that is no public one. */
    private static final int[][] RESERVED = {
        {0, 8},
        {10 << 24, 8},
        {100 << 24 | 64 << 16, 10},
        {127 << 24, 8},
        {169 << 24 | 254 << 16, 16},
        {172 << 24 | 16 << 16, 12},
        {192 << 24, 24},
        {192 << 24 | 2 << 8, 24},
        {192 << 24 | 88 << 16 | 99 << 8, 24},
        {192 << 24 | 168 << 16, 16},
        {198 << 24 | 18 << 16, 15},
        {198 << 24 | 51 << 16 | 100 << 8, 24},
        {203 << 24 | 113 << 8, 24},
        {224 << 24, 4},
        {240 << 24, 4},
    };

    /** Null if the text is none; never asks a name server. */
    static @Nullable IpAddress parse(String text) {
        var plain = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (!IPV4.matcher(plain).matches() && !IPV6.matcher(plain).matches()) return null;
        try {
            var address = InetAddress.getByName(plain);
            boolean ipv4 = address instanceof Inet4Address;
            return new IpAddress(address.getHostAddress(), ipv4, ipv4 && isReserved(address.getAddress()));
        } catch (UnknownHostException malformed) {
            return null;
        }
    }

    private static boolean isReserved(byte[] bytes) {
        int address = 0;
        for (byte b : bytes) address = (address << 8) | (b & 0xFF);
        for (var network : RESERVED) {
            int shift = 32 - network[1];
            if (address >>> shift == network[0] >>> shift) return true;
        }
        return false;
    }
}
