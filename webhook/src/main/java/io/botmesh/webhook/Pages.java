package io.botmesh.webhook;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.LoggerFactory;

/** Serves an {@link Endpoint}. */
final class Pages {
    private Pages() {}

    static void serve(String path, Endpoint endpoint, Request request, Response response, Callback callback) {
        var method = request.getMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, HEAD");
            Response.writeError(request, response, callback, 405);
            return;
        }
        Endpoint.Page page;
        try {
            page = endpoint.get();
        } catch (Exception failed) {
            LoggerFactory.getLogger(WebhookServer.class)
                    .atWarn()
                    .addKeyValue("path", path)
                    .setCause(failed)
                    .log("an endpoint failed");
            Response.writeError(request, response, callback, 500);
            return;
        }
        byte[] bytes = page.bytes();
        response.setStatus(page.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, page.contentType());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, ByteBuffer.wrap(method.equals("HEAD") ? new byte[0] : bytes), callback);
    }
}
