package io.botmesh.world;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds web and e-mail addresses and {@code tg://} links the way the server does: from each dot outwards. */
final class UrlScanner {
    private static final String BAD_END = ".:;,('?!`";
    private static final Pattern EMAIL = Pattern.compile(
            "([a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}@(([a-z0-9][a-z0-9_-]{0,28})?[a-z0-9][.]){1,6}[a-z]{2,8}",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern APP_LINK =
            Pattern.compile("(?:tg|ton)://[a-z0-9_-]{1,253}+", Pattern.CASE_INSENSITIVE);
    private static final Pattern IPV4 =
            Pattern.compile("(?:(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])(?:\\.(?!$)|$)){4}");

    /** Endings that make a bare name an address: every country code, and the general ones that people use. */
    private static final Set<String> GENERAL_ENDINGS = Set.of(
            ("aero app art asia bank best bike biz blog cafe cards cat center chat city click cloud club codes coffee com"
                            + " community company coop cool dance data date day deal design dev digital direct dog"
                            + " domains download earth edu email energy events exchange expert express family fan farm"
                            + " fashion film finance fit foundation fun fund fyi gallery game games garden gift gmbh"
                            + " gold google gov group guide guru health help host hosting house how icu inc info ink"
                            + " institute int international jobs land law legal life limited link live llc loan lol"
                            + " london love ltd market marketing me media menu mil mobi moe mov movie museum music name"
                            + " net network new news ngo ninja nyc one online open org page paris partners parts party"
                            + " pet photo photos pics pink pizza place plus post press pro productions pub red rent"
                            + " report rest review rip rocks run sale school science shop show site social software"
                            + " solutions space store stream studio style support systems team tech technology tel"
                            + " tips today tokyo tools top town toys trade training travel tube uno vip vision vote"
                            + " watch wiki win wine work works world wtf xxx xyz yoga you zip zone")
                    .split(" "));

    private static final Set<String> COUNTRY_ENDINGS = countryEndings();

    private UrlScanner() {}

    private static Set<String> countryEndings() {
        var endings = new java.util.HashSet<String>();
        for (var country : Locale.getISOCountries()) endings.add(country.toLowerCase(Locale.ROOT));
        endings.addAll(Set.of("uk", "eu", "su", "ac", "рф", "бел", "укр", "срб", "中国", "香港", "台灣", "한국"));
        return Set.copyOf(endings);
    }

    /** Adds what it finds, in no particular order; what overlaps is sorted out later. */
    static void find(String text, List<Entity> found) {
        findAppLinks(text, found);
        int from = 0;
        for (int dot = text.indexOf('.'); dot >= 0 && dot + 1 < text.length(); dot = text.indexOf('.', from)) {
            if (text.charAt(dot + 1) == ' ') {
                from = dot + 2;
                continue;
            }
            from = Math.max(around(text, from, dot, found), dot + 1);
        }
    }

    private static void findAppLinks(String text, List<Entity> found) {
        if (!text.contains("://")) return;
        for (var match = APP_LINK.matcher(text); match.find(); ) {
            int end = match.end();
            if (end < text.length() && "/?#".indexOf(text.charAt(end)) >= 0) {
                int pathEnd = pathEnd(text, end);
                if (text.charAt(end) == '/' || pathEnd > end + 1) end = pathEnd;
            }
            found.add(Entity.of(EntityType.URL, match.start(), end - match.start()));
        }
    }

    /** Looks at one dot; returns where to go on. */
    private static int around(String text, int from, int dot, List<Entity> found) {
        int domainBegin = back(text, from, dot, UrlScanner::isDomain);
        int domainEnd = dot;
        int lastAt = -1;
        while (domainEnd < text.length()) {
            int code = text.codePointAt(domainEnd);
            if (code == '@') lastAt = domainEnd;
            else if (!isDomain(code)) break;
            domainEnd += Character.charCount(code);
        }
        if (lastAt >= 0) domainBegin = back(text, from, domainBegin, UrlScanner::isUserData);

        int end = portEnd(text, domainEnd);
        if (end < text.length() && "/?#".indexOf(text.charAt(end)) >= 0) {
            int pathEnd = pathEnd(text, end);
            if (text.charAt(end) == '/' || pathEnd > end + 1) end = pathEnd;
        }
        while (end > dot + 1 && text.charAt(end - 1) == '.') end--;

        boolean bad = false;
        int begin = domainBegin;
        if (begin > from && text.charAt(begin - 1) == '@') {
            int user = back(text, from, begin - 1, UrlScanner::isUserData);
            bad = lastAt >= 0 || user == begin - 1;
            begin = user;
        }
        if (begin > from) {
            if (begin - from >= 6 && text.startsWith("://", begin - 3)) {
                int protocolBegin = back(text, from, begin - 3, UrlScanner::isProtocol);
                var protocol = text.substring(protocolBegin, begin - 3).toLowerCase(Locale.ROOT);
                if (protocol.endsWith("http") && !protocol.equals("shttp")) begin -= 7;
                else if (protocol.endsWith("https")) begin -= 8;
                else if (protocol.endsWith("ftp") && !protocol.equals("tftp") && !protocol.equals("sftp")) begin -= 6;
                else bad = true;
            } else {
                int before = text.codePointBefore(begin);
                if (isWord(before) || before == '/' || before == '#' || before == '@') bad = true;
            }
        }
        if (bad) {
            while (end > dot + 1 && text.charAt(end - 1) != '.') end--;
            return end;
        }
        if (end > dot + 1) add(text, begin, end, found);
        while (end < text.length() && text.charAt(end) == '.') end++;
        return end;
    }

    private static void add(String text, int begin, int end, List<Entity> found) {
        var url = text.substring(begin, end);
        if (EMAIL.matcher(url).matches()) {
            found.add(Entity.of(EntityType.EMAIL, begin, end - begin));
        } else if (url.startsWith("mailto:") && EMAIL.matcher(url.substring(7)).matches()) {
            found.add(Entity.of(EntityType.EMAIL, begin + 7, end - begin - 7));
        } else {
            int length = checkedLength(url);
            if (length > 0) found.add(Entity.of(EntityType.URL, begin, length));
        }
    }

    /** How much of it is an address, 0 if it is none. */
    private static int checkedLength(String url) {
        var lower = url.toLowerCase(Locale.ROOT);
        boolean hasProtocol = lower.startsWith("http://") || lower.startsWith("https://") || lower.startsWith("ftp://");
        int hostBegin = hasProtocol ? url.indexOf(':') + 3 : 0;
        int pathBegin = hostBegin;
        while (pathBegin < url.length() && "/?#".indexOf(url.charAt(pathBegin)) < 0) pathBegin++;
        var domain = url.substring(hostBegin, pathBegin);
        int at = domain.indexOf('@');
        if (at >= 0) domain = domain.substring(at + 1);
        int colon = domain.lastIndexOf(':');
        if (colon >= 0) domain = domain.substring(0, colon);

        int pathEnd = balancedEnd(url, pathBegin);
        while (pathEnd > pathBegin && BAD_END.indexOf(url.charAt(pathEnd - 1)) >= 0) pathEnd--;
        return isHost(domain, hasProtocol) ? pathEnd : 0;
    }

    private static boolean isHost(String domain, boolean hasProtocol) {
        var parts = domain.split("\\.", -1);
        if (parts.length < 2) return false;
        for (var part : parts) {
            if (part.isEmpty() || TextCleaner.utf8Length(part) >= 64 || part.endsWith("-")) return false;
        }
        if (IPV4.matcher(domain).matches()) return true;
        if (domain.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'))) return false;
        var ending = parts[parts.length - 1];
        if (ending.codePointCount(0, ending.length()) <= 1) return false;
        if (ending.startsWith("xn--")) {
            if (ending.length() <= 5 || !ending.substring(4).chars().allMatch(UrlScanner::isAlphaDigit)) return false;
        } else {
            if (ending.contains("_") || ending.contains("-")) return false;
            if (!hasProtocol && !isKnownEnding(ending)) return false;
        }
        return !parts[parts.length - 2].contains("_");
    }

    private static boolean isKnownEnding(String ending) {
        var lower = ending.toLowerCase(Locale.ROOT);
        // Com or COM: only what starts in lower case may have capitals further on.
        if (!lower.equals(ending) && lower.charAt(0) == ending.charAt(0)) return false;
        return GENERAL_ENDINGS.contains(lower) || COUNTRY_ENDINGS.contains(lower);
    }

    private static int balancedEnd(String url, int begin) {
        var open = new int[3];
        int i = begin;
        for (; i < url.length(); i++) {
            int opens = "([{".indexOf(url.charAt(i));
            if (opens >= 0) open[opens]++;
            int closes = ")]}".indexOf(url.charAt(i));
            if (closes >= 0 && --open[closes] < 0) break;
        }
        return i;
    }

    private static int portEnd(String text, int colon) {
        if (colon >= text.length() || text.charAt(colon) != ':') return colon;
        int end = colon + 1;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') end++;
        var port = text.substring(colon + 1, end).replaceFirst("^0+", "");
        return !port.isEmpty() && port.length() <= 5 && Integer.parseInt(port) <= 65_535 ? end : colon;
    }

    private static int pathEnd(String text, int begin) {
        int end = begin + 1;
        while (end < text.length()) {
            int code = text.codePointAt(end);
            if (!isPath(code)) break;
            end += Character.charCount(code);
        }
        while (end > begin + 1 && BAD_END.indexOf(text.charAt(end - 1)) >= 0) end--;
        return end;
    }

    private interface Accepts {
        boolean test(int code);
    }

    private static int back(String text, int from, int at, Accepts accepts) {
        int begin = at;
        while (begin > from) {
            int code = text.codePointBefore(begin);
            if (!accepts.test(code)) break;
            begin -= Character.charCount(code);
        }
        return begin;
    }

    private static boolean isAlphaDigit(int code) {
        return (code >= '0' && code <= '9') || (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z');
    }

    private static boolean isWord(int code) {
        return Character.isLetter(code) || isNumber(code) || code == '_';
    }

    private static boolean isNumber(int code) {
        int type = Character.getType(code);
        return type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }

    private static boolean isSeparator(int code) {
        return Character.isSpaceChar(code) || code <= ' ';
    }

    private static boolean isUnicodeSymbol(int code) {
        if (code >= 0x2000 && code <= 0x206f)
            return code == 0x200c || code == 0x200d || (code >= 0x2010 && code <= 0x2015);
        return !isSeparator(code);
    }

    private static boolean isProtocol(int code) {
        if (code < 0x80) return isAlphaDigit(code) || code == '+' || code == '-';
        return !isSeparator(code);
    }

    private static boolean isDomain(int code) {
        if (code < 0xc0) return code == '.' || isAlphaDigit(code) || code == '_' || code == '-' || code == '~';
        return isUnicodeSymbol(code);
    }

    private static boolean isUserData(int code) {
        return "\n/[]{}()'`<>\"@\u00ab\u00bb".indexOf(code) < 0 && isUnicodeSymbol(code);
    }

    private static boolean isPath(int code) {
        return "\n<>\"\u00ab\u00bb".indexOf(code) < 0 && isUnicodeSymbol(code);
    }
}
