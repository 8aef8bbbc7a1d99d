package io.botmesh.botapi;

import java.io.IOException;
import java.io.OutputStream;

/** A body in memory. */
final class BytesBody implements Transport.Body {
    private final String contentType;
    private final byte[] bytes;

    BytesBody(String contentType, byte[] bytes) {
        this.contentType = contentType;
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public String contentType() {
        return contentType;
    }

    @Override
    public long length() {
        return bytes.length;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes);
    }
}
