package io.botmesh.emulator;

import io.botmesh.world.Arguments;
import io.botmesh.world.WebhookAnswer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpVersion;

/** Reads the response of a bot's own server from the bytes as they come. */
final class WebhookResponse implements HttpParser.ResponseHandler {
    private static final int MOST_BYTES = 64 << 20;

    private final HttpParser parser = new HttpParser(this, RequestArguments.MAX_HEADERS);
    private final HttpFields.Mutable headers = HttpFields.build();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private HttpVersion version = HttpVersion.HTTP_1_0;
    private int status;
    private String reason = "";
    private boolean complete;
    private boolean tooBig;
    private boolean untilEnd;
    private boolean broken;

    /** Takes what came; true once the response is complete. */
    boolean read(ByteBuffer bytes) throws IOException {
        while (!complete && bytes.hasRemaining()) {
            parser.parseNext(bytes);
            if (tooBig) throw new IOException("Response is too big");
            if (broken) throw new IOException("Response is not HTTP");
            if (complete && status < 200) again();
        }
        return complete;
    }

    /** Nothing more comes; true if that completes the response. */
    boolean end() {
        untilEnd = true;
        parser.atEOF();
        parser.parseNext(ByteBuffer.allocate(0));
        return complete && status >= 200;
    }

    /** What it says, its body read as the arguments of a call. */
    WebhookAnswer answer(Spool spool) {
        boolean keepAlive =
                version == HttpVersion.HTTP_1_1 && !untilEnd && !headers.contains(HttpHeader.CONNECTION, "close");
        return new WebhookAnswer(status, reason, retryAfter(), keepAlive, arguments(spool));
    }

    private int retryAfter() {
        var value = headers.get(HttpHeader.RETRY_AFTER);
        if (value == null || value.isEmpty() || value.length() > 9) return 0;
        return value.chars().allMatch(c -> c >= '0' && c <= '9') ? Integer.parseInt(value) : 0;
    }

    private Arguments arguments(Spool spool) {
        if (status > 299 || body.size() == 0) return Arguments.none();
        var read = new RequestArguments.Body(
                headers.get(HttpHeader.CONTENT_TYPE),
                headers.get(HttpHeader.CONTENT_ENCODING),
                RequestArguments.MAX_FILE);
        try {
            return RequestArguments.read(null, read, new ByteArrayInputStream(body.toByteArray()), spool);
        } catch (HttpRefusal | IOException unreadable) {
            return Arguments.none();
        }
    }

    private void again() {
        complete = false;
        headers.clear();
        body.reset();
        parser.reset();
    }

    @Override
    public void startResponse(HttpVersion version, int status, String reason) {
        this.version = version;
        this.status = status;
        this.reason = reason == null ? "" : reason;
    }

    @Override
    public void parsedHeader(HttpField field) {
        headers.add(field);
    }

    @Override
    public boolean headerComplete() {
        return false;
    }

    @Override
    public boolean content(ByteBuffer content) {
        if (body.size() + content.remaining() > MOST_BYTES) {
            tooBig = true;
            return true;
        }
        var bytes = new byte[content.remaining()];
        content.get(bytes);
        body.writeBytes(bytes);
        return false;
    }

    @Override
    public boolean contentComplete() {
        return false;
    }

    @Override
    public boolean messageComplete() {
        complete = true;
        return true;
    }

    @Override
    public void earlyEOF() {
        broken = true;
    }

    @Override
    public void badMessage(HttpException failure) {
        broken = true;
    }
}
