// A certified OpenID provider with an address book behind it, in one process: node openid_peer.mjs MODULES SETTINGS
// SETTINGS is JSON: redirectUris, clientId, clientSecret, accessTokenSeconds, pageSize, people (account -> list), now.
// It prints one line, {"issuer": ...}, and ends when its standard input does. What it was asked is at /_calls, what it
// gave out at /_tokens.
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [modules, text] = process.argv.slice(2)
const settings = JSON.parse(text)
const real = Date.now.bind(Date)
const shift = settings.now ? settings.now * 1000 - real() : 0
Date.now = () => real() + shift // the peer lives at the instant that the test lives at
const DECADE = 10 * 365 * 86400 // its cookies must not be over for a browser whose clock is the real one
const { Provider } = await import(pathToFileURL(join(modules, 'node_modules/oidc-provider/lib/index.js')))
const CONTACTS = '/v1/people/me/connections'
const calls = []
const tokens = []
const knobs = { refuseRevocation: false }

const account = (id) => ({
  accountId: id,
  claims: () => ({ sub: id, name: `${id} of the peer`, email: `${id}@mail.example`, email_verified: true }),
})

const configuration = {
  clients: [{
    client_id: settings.clientId,
    client_secret: settings.clientSecret,
    redirect_uris: settings.redirectUris,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: 'web', // with "native", any loopback port would do as a redirect (RFC 8252)
  }],
  findAccount: (_, id) => account(id),
  conformIdTokenClaims: false,
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  scopes: ['openid', 'offline_access', 'email', 'profile', 'contacts.readonly'],
  pkce: { required: () => true },
  rotateRefreshToken: true,
  ttl: { AccessToken: settings.accessTokenSeconds, RefreshToken: 86400, Grant: DECADE, Session: DECADE, Interaction: DECADE },
  features: { devInteractions: { enabled: true }, revocation: { enabled: true }, userinfo: { enabled: true } },
  cookies: { keys: ['only for tests'] },
}

const answer = (response, status, value) => {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}

const contacts = async (provider, request, response) => {
  const [, bearer] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
  const token = bearer && await provider.AccessToken.find(bearer)
  if (!token || token.isExpired) return answer(response, 401, { error: 'invalid_token' })
  if (!token.scopes.has('contacts.readonly')) return answer(response, 403, { error: 'insufficient_scope' })
  const at = Number(new URL(request.url, provider.issuer).searchParams.get('pageToken') ?? 0)
  const people = settings.people[token.accountId] ?? []
  const next = at + settings.pageSize
  const page = { connections: people.slice(at, next), totalItems: people.length }
  return answer(response, 200, next < people.length ? { ...page, nextPageToken: String(next) } : page)
}

const server = createServer()
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  const provider = new Provider(issuer, configuration)
  provider.use(async (ctx, next) => {
    await next()
    if (ctx.path === '/token' && ctx.body) tokens.push(ctx.body.access_token, ctx.body.refresh_token, ctx.body.id_token)
  })
  const handle = provider.callback()
  server.on('request', (request, response) => {
    const { pathname } = new URL(request.url, issuer)
    if (pathname === '/_calls') return answer(response, 200, calls)
    if (pathname === '/_tokens') return answer(response, 200, tokens.filter(Boolean))
    if (pathname.startsWith('/_refuse_revocation')) {
      knobs.refuseRevocation = pathname.endsWith('/on')
      return answer(response, 200, knobs)
    }
    calls.push(`${request.method} ${pathname}`)
    if (knobs.refuseRevocation && pathname === '/token/revocation') return answer(response, 503, { error: 'busy' })
    if (pathname === CONTACTS) return contacts(provider, request, response)
    return handle(request, response)
  })
  console.log(JSON.stringify({ issuer }))
})
process.stdin.resume().on('end', () => process.exit())
