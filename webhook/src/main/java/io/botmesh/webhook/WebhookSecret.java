package io.botmesh.webhook;

import io.botmesh.botapi.BotToken;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** What proves that a request comes from the server that was told it. Compared in the same time whatever is wrong. */
final class WebhookSecret {
    private final String value;
    private final byte[] bytes;

    WebhookSecret(String value) {
        this.value = value;
        this.bytes = value.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The same for one token wherever and whenever it is asked for. Nobody gets from it to the token: it is a keyed hash
     * with the token's secret, which cannot be guessed, as its key.
     */
    static WebhookSecret of(BotToken token) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(token.secret().getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            byte[] hash =
                    mac.doFinal(("botmesh webhook secret 1 " + token.botId()).getBytes(StandardCharsets.US_ASCII));
            return new WebhookSecret(Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every JDK has HmacSHA256", impossible);
        }
    }

    boolean matches(@Nullable String given) {
        return MessageDigest.isEqual(bytes, (given == null ? "" : given).getBytes(StandardCharsets.ISO_8859_1));
    }

    String value() {
        return value;
    }

    @Override
    public String toString() {
        return "***";
    }
}
