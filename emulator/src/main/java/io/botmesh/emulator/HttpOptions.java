package io.botmesh.emulator;

import io.botmesh.world.Profile;

/**
 * What the web front in front of the hosted service does beyond what is known for sure. Only {@link Profile#HOSTED} has
 * that front. Defaults are the least that has been reported, so that what works here works there.
 *
 * @param preflight how {@code OPTIONS} is answered; default {@link Preflight#FAIL}
 * @param webhookTrust which certificates of bots' own servers are good; default {@link WebhookTrust#SYSTEM}
 * @param fileCors  whether file downloads carry {@code Access-Control-Allow-Origin}; default no
 * @param fileRanges whether a part of a file can be downloaded, so that a broken download can go on; default yes, as nginx
 *                   does with files
 * @param refusesInJson whether a body that is too large for the web front is refused in JSON as calls are; default yes, else
 *                   with a page
 * @param methodsWithErrors whether {@code Access-Control-Allow-Methods} comes with errors of the client too; default no
 */
public record HttpOptions(
        Preflight preflight,
        boolean fileCors,
        WebhookTrust webhookTrust,
        boolean fileRanges,
        boolean refusesInJson,
        boolean methodsWithErrors) {
    /** An answer to a CORS preflight request. */
    public enum Preflight {
        /** Whatever headers the page asks for are allowed. */
        PERMISSIVE,
        /** The usual CORS headers and no more: JSON bodies stay forbidden to pages. */
        STRICT,
        /** The server behind the front refuses the verb. */
        FAIL
    }

    /** Whom to believe when an update goes to a bot's own server over TLS. */
    public enum WebhookTrust {
        /** The authorities that this JVM trusts, or the one certificate that came with setWebhook. */
        SYSTEM,
        /** Anybody, so that a test need not hand its certificate around. */
        ANYBODY
    }

    public static HttpOptions defaults() {
        return new HttpOptions(Preflight.FAIL, false, WebhookTrust.SYSTEM, true, true, false);
    }

    public HttpOptions withPreflight(Preflight preflight) {
        return new HttpOptions(preflight, fileCors, webhookTrust, fileRanges, refusesInJson, methodsWithErrors);
    }

    public HttpOptions withFileCors(boolean fileCors) {
        return new HttpOptions(preflight, fileCors, webhookTrust, fileRanges, refusesInJson, methodsWithErrors);
    }

    public HttpOptions withWebhookTrust(WebhookTrust webhookTrust) {
        return new HttpOptions(preflight, fileCors, webhookTrust, fileRanges, refusesInJson, methodsWithErrors);
    }

    public HttpOptions withFileRanges(boolean fileRanges) {
        return new HttpOptions(preflight, fileCors, webhookTrust, fileRanges, refusesInJson, methodsWithErrors);
    }

    public HttpOptions withRefusesInJson(boolean refusesInJson) {
        return new HttpOptions(preflight, fileCors, webhookTrust, fileRanges, refusesInJson, methodsWithErrors);
    }

    public HttpOptions withMethodsWithErrors(boolean methodsWithErrors) {
        return new HttpOptions(preflight, fileCors, webhookTrust, fileRanges, refusesInJson, methodsWithErrors);
    }
}
