package io.botmesh.botapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/** Answers from a queue and keeps what it was asked. */
final class FakeTransport implements Transport {
    record Asked(Request request, Duration deadline, String contentType, long announced, int size, String text) {}

    final List<Asked> asked = new ArrayList<>();
    boolean closed;
    private final Deque<Object> answers = new ArrayDeque<>();

    FakeTransport answer(int status, String body) {
        return answer(status, body, Map.of());
    }

    FakeTransport answer(int status, String body, Map<String, String> headers) {
        answers.add(new Canned(status, headers, body.getBytes(UTF_8)));
        return this;
    }

    FakeTransport fail(RuntimeException failure) {
        answers.add(failure);
        return this;
    }

    Asked only() {
        if (asked.size() != 1) throw new AssertionError(asked.size() + " requests");
        return asked.getFirst();
    }

    @Override
    public Answer execute(Request request, Duration deadline) {
        Body sent = request.body();
        var body = new ByteArrayOutputStream();
        try {
            if (sent != null) sent.writeTo(body);
        } catch (IOException e) {
            throw new TransportException(TransportException.Happened.NO, "cannot read", e);
        }
        asked.add(new Asked(
                request,
                deadline,
                sent == null ? "" : sent.contentType(),
                sent == null ? 0 : sent.length(),
                body.size(),
                body.toString(UTF_8)));
        Object answer = answers.remove();
        if (answer instanceof RuntimeException failure) throw failure;
        return (Answer) answer;
    }

    @Override
    public void close() {
        closed = true;
    }

    private static final class Canned extends Answer {
        private final byte[] body;

        Canned(int status, Map<String, String> headers, byte[] body) {
            super(status, headers);
            this.body = body;
        }

        @Override
        public InputStream body() {
            return new ByteArrayInputStream(body);
        }

        @Override
        public void close() {}
    }
}
