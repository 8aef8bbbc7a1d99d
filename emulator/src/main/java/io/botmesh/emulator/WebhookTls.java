package io.botmesh.emulator;

import io.botmesh.world.Blob;
import io.botmesh.world.WebhookConnection;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** TLS to bots' own servers. */
final class WebhookTls {
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([^,]+)");

    private final HttpOptions.WebhookTrust trust;

    WebhookTls(HttpOptions.WebhookTrust trust) {
        this.trust = trust;
    }

    /** A connection inside the other one, on which both sides have shown who they are. */
    Socket over(Socket raw, WebhookConnection to) throws IOException {
        var certificate = to.certificate();
        boolean anybody = trust == HttpOptions.WebhookTrust.ANYBODY;
        try {
            var context = anybody
                    ? trusting(new Credulous())
                    : certificate == null ? SSLContext.getDefault() : only(certificate);
            var host =
                    to.host().startsWith("[") ? to.host().substring(1, to.host().length() - 1) : to.host();
            var socket = (SSLSocket) context.getSocketFactory().createSocket(raw, host, to.port(), true);
            if (!anybody && certificate == null) {
                var parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
            }
            socket.startHandshake();
            if (!anybody && certificate != null) check(socket, host);
            return socket;
        } catch (GeneralSecurityException unusable) {
            throw new SSLException("certificate verify failed: " + unusable.getMessage(), unusable);
        }
    }

    private static SSLContext trusting(TrustManager... managers) throws GeneralSecurityException {
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers, null);
        return context;
    }

    private static SSLContext only(Blob certificate) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var in = certificate.open()) {
            int number = 0;
            for (var each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("c" + number++, each);
            }
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        return trusting(managers.getTrustManagers());
    }

    /** A bot's own certificate may name an address as its common name, which Java's check would not accept. */
    private static void check(SSLSocket socket, String host) throws IOException {
        if (!(socket.getSession().getPeerCertificates()[0] instanceof X509Certificate shown)) {
            throw new SSLException("certificate verify failed: not X.509");
        }
        for (var name : names(shown)) {
            if (name.equals(host)) return;
            if (name.startsWith("*.")
                    && host.indexOf('.') > 0
                    && name.substring(1).equals(host.substring(host.indexOf('.')))) {
                return;
            }
        }
        throw new SSLException("certificate verify failed: Hostname mismatch");
    }

    private static List<String> names(X509Certificate certificate) throws SSLException {
        var names = new ArrayList<String>();
        try {
            var alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (var alternative : alternatives) {
                    if (alternative.get(1) instanceof String name) names.add(name.toLowerCase(Locale.ROOT));
                }
            }
        } catch (CertificateParsingException broken) {
            throw new SSLException("certificate verify failed: " + broken.getMessage(), broken);
        }
        var common = COMMON_NAME.matcher(certificate.getSubjectX500Principal().getName());
        if (common.find()) names.add(common.group(1).toLowerCase(Locale.ROOT));
        return names;
    }

    /** Believes anybody. */
    private static final class Credulous extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
