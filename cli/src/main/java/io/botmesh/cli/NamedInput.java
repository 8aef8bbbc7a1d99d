package io.botmesh.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** An input whose errors name it; the system's own do not. */
final class NamedInput extends FilterInputStream {
    private final String name;

    NamedInput(String name, InputStream in) {
        super(in);
        this.name = name;
    }

    @Override
    public int read() throws IOException {
        try {
            return super.read();
        } catch (IOException broken) {
            throw named(broken);
        }
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        try {
            return super.read(into, from, length);
        } catch (IOException broken) {
            throw named(broken);
        }
    }

    private IOException named(IOException broken) {
        return new IOException(
                "cannot read " + name + " (" + IoReason.of(broken) + "); send something that can be read", broken);
    }
}
