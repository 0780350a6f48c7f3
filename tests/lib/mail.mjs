// SPDX-License-Identifier: Apache-2.0
// A mail server that is not ours (nodemailer's smtp-server) on loopback, and a throwaway authority for its certificate.
// What arrives is parsed by mailparser, which is not ours either.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root, sleep } from "./server.mjs";

const require = createRequire(join(root, "tests", "scenario", "package.json"));

// An authority and a certificate of it for localhost: {ca, cert, key}, paths of PEM files.
export function authority(folder, name = "localhost") {
    const at = (file) => join(folder, file);
    const openssl = (...args) => execFileSync("openssl", args, { stdio: "ignore" });
    const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl("req", "-x509", ...ec, "-days", "2", "-subj", "/CN=Test authority", "-keyout", at("ca.key"), "-out", at("ca.pem"));
    openssl("req", "-new", ...ec, "-subj", `/CN=${name}`, "-keyout", at("mail.key"), "-out", at("mail.csr"));
    writeFileSync(at("ext"), `subjectAltName=DNS:${name},IP:127.0.0.1\n`);
    openssl("x509", "-req", "-in", at("mail.csr"), "-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-CAcreateserial", "-days", "2", "-extfile", at("ext"), "-out", at("mail.pem"));
    return { ca: at("ca.pem"), cert: at("mail.pem"), key: at("mail.key") };
}

export class MailServer {
    // options: secure (TLS from the start), certs (authority()), auth {user, password}, port, hide (no STARTTLS)
    static async start(options = {}) {
        const m = new MailServer();
        m.options = options;
        m.messages = []; // {from, to, raw, mail, session}
        m.sessions = 0;
        m.recipient = m.data = undefined; // (address) => Error with responseCode, or nothing
        await m.listen(options.port ?? 0);
        return m;
    }

    async listen(port) {
        const { SMTPServer } = require("smtp-server");
        const o = this.options;
        this.server = new SMTPServer({
            secure: !!o.secure,
            cert: o.certs && readFileSync(o.certs.cert),
            key: o.certs && readFileSync(o.certs.key),
            authOptional: !o.auth,
            hideSTARTTLS: !!o.hide,
            disabledCommands: o.certs ? [] : ["STARTTLS"],
            allowInsecureAuth: false,
            logger: false,
            onConnect: (session, done) => { this.sessions++; done(); },
            onAuth: (auth, session, done) =>
                auth.username === o.auth?.user && auth.password === o.auth?.password ? done(null, { user: auth.username }) : done(Object.assign(new Error("no"), { responseCode: 535 })),
            onRcptTo: (address, session, done) => done(this.recipient?.(address.address)),
            onData: (stream, session, done) => this.take(stream, session, done),
        });
        this.server.on("error", () => {});
        await new Promise((resolve, reject) => {
            this.server.listen(port, "127.0.0.1", resolve);
            this.server.once("error", reject);
        });
        this.port = this.server.server.address().port;
    }

    async take(stream, session, done) {
        const { simpleParser } = require("mailparser");
        const parts = [];
        for await (const p of stream) parts.push(p);
        const wrong = this.data?.(session);
        if (wrong) return done(wrong);
        const raw = Buffer.concat(parts);
        const message = { from: session.envelope.mailFrom.address, to: session.envelope.rcptTo.map((r) => r.address), raw: raw.toString("latin1"),
            mail: await simpleParser(raw), secure: session.secure, user: session.user, at: Date.now() };
        if (this.cut) { // it was taken, and nobody hears of that
            this.cut = false;
            this.messages.push(message);
            for (const c of this.server.connections) c._socket.destroy();
            return;
        }
        this.messages.push(message);
        done();
    }

    async close() {
        await new Promise((r) => this.server.close(r));
    }

    // Until there are so many messages.
    async wait(count, ms = 15000) {
        const end = Date.now() + ms;
        while (this.messages.length < count && Date.now() < end) await sleep(10);
        return this.messages;
    }
}

export const smtpError = (responseCode, text) => Object.assign(new Error(text), { responseCode });
