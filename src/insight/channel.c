// SPDX-License-Identifier: Apache-2.0
// Channels: what sources, media, click numbers and hosts say, and the rules over that. See channel.h.
#include "channel.h"

// ---- traits: what a text says

enum {
    SITE_SEARCH = 1 << 0,
    SITE_SHOPPING = 1 << 1,
    SITE_SOCIAL = 1 << 2,
    SITE_VIDEO = 1 << 3,
    SITE_AI = 1 << 4,
    SITE_MAIL = 1 << 5,
    SITE_SMS = 1 << 6,
    SITE_PUSH = 1 << 7,
    SITE_AFFILIATE = 1 << 8,
    SITE_ADS = 1 << 9,
    SITE_HOST = 1 << 10, // of utm_source: it looks like a host
    SITE_PAYMENT = 1 << 11,
    SAYS_PAID = 1 << 12,
    SAYS_DISPLAY = 1 << 13,
    SAYS_SOCIAL = 1 << 14,
    SAYS_VIDEO = 1 << 15,
    SAYS_ORGANIC = 1 << 16,
    SAYS_EMAIL = 1 << 17,
    SAYS_AFFILIATE = 1 << 18,
    SAYS_SMS = 1 << 19,
    SAYS_PUSH = 1 << 20,
    SAYS_REFERRAL = 1 << 21,
    SAYS_SHOPPING = 1 << 22,
    SAYS_AI = 1 << 23,
    SAYS_DIRECT = 1 << 24,
    HAS_SOURCE = 1 << 25,
    HAS_MEDIUM = 1 << 26,
    HAS_CAMPAIGN = 1 << 27,
    HAS_REFERRER = 1 << 28
};

// Names of sites, the first row that has one decides. "name.*": that name under any country's or other ending; with a dot:
// that host and all below it; without: the word itself, as people write it into utm_source.
static const struct site {
    unsigned kind;
    const char *names;
} sites[] = {
    {SITE_PAYMENT,
        "paypal.* paypalobjects.com klarna.* klarna.net stripe.com adyen.com mollie.com mollie.nl sofort.com "
        "giropay.de ideal.nl pay.ideal.nl pay.amazon.* payments.amazon.* pay.google.com shop.app "
        "braintreegateway.com braintree-api.com afterpay.* clearpay.* affirm.com twint.ch datatrans.com "
        "datatrans.biz postfinance.ch saferpay.com unzer.com heidelpay.com payone.com pay1.de worldpay.com "
        "sagepay.com opayo.co.uk checkout.com bancontact.com przelewy24.pl payu.* vipps.no swish.nu "
        "getswish.net squareup.com square.link cardinalcommerce.com 3dsecure.io arcot.com wlp-acs.com "
        "eps-ueberweisung.at wirecard.com computop.com computop-paygate.com six-payment-services.com "
        "concardis.com barclaycard.com ratepay.com billie.io sezzle.com zip.co scalapay.com alma.eu oney.fr "
        "mercadopago.* razorpay.com ccavenue.com authorize.net 2checkout.com paysafecard.com skrill.com "
        "neteller.com trustly.com wero-wallet.eu paydirekt.de multisafepay.com buckaroo.nl payplug.com "
        "systempay.fr sips-services.com paybox.com"},
    {SITE_AI,
        "chatgpt.com chat.openai.com openai.com perplexity.ai gemini.google.com bard.google.com "
        "notebooklm.google.com claude.ai copilot.microsoft.com copilot.cloud.microsoft m365.cloud.microsoft "
        "edgeservices.bing.com copilot.com deepseek.com grok.com x.ai meta.ai chat.mistral.ai mistral.ai "
        "you.com phind.com poe.com pi.ai character.ai kimi.com kimi.ai kimi.moonshot.cn chat.qwen.ai qwen.ai "
        "doubao.com iask.ai komo.ai andisearch.com huggingface.co writesonic.com jasper.ai consensus.app "
        "felo.ai genspark.ai manus.im t3.chat lechat.mistral.ai duck.ai chatgpt openai perplexity gemini "
        "claude copilot deepseek grok mistral qwen bard"},
    {SITE_MAIL,
        "mail.google.com com.google.android.gm inbox.google.com mail.yahoo.* mail.yahoo.co.jp "
        "outlook.live.com outlook.office.com outlook.office365.com outlook.com hotmail.* mail.aol.com "
        "mail.proton.me protonmail.com gmx.* web.de navigator.web.de 3c.web.de deref-web.de deref-gmx.net "
        "deref-gmx.com deref-mail.com email.t-online.de freemail.* mail.ru e.mail.ru mail.yandex.* "
        "webmail.freenet.de mail.orange.fr webmail.free.fr webmail.sfr.fr laposte.net messagerie.orange.fr "
        "mail.libero.it mail.tiscali.it poczta.o2.pl poczta.wp.pl poczta.onet.pl fastmail.com mail.zoho.com "
        "zohomail.com tutanota.com app.tuta.com mail.163.com mail.126.com mail.qq.com mail.naver.com "
        "mail.daum.net superhuman.com hey.com mailbox.org posteo.de bluewin.ch webmail.* roundcube.* "
        "list-manage.com campaign-archive.com klaviyomail.com createsend.com email e-mail e_mail mail "
        "newsletter newsletters mailing mailchimp klaviyo brevo sendinblue activecampaign hubspot_email "
        "mailjet sendgrid cleverreach rapidmail newsletter2go convertkit getresponse campaignmonitor omnisend "
        "drip customer.io braze iterable salesforce_email emarsys shopify_email mailerlite"},
    {SITE_SMS,
        "sms text_message textmessage postscript attentive smsbump yotpo_sms"},
    {SITE_PUSH,
        "firebase onesignal pushowl pushwoosh airship web_push webpush push"},
    {SITE_ADS,
        "doubleclick.net googleads.g.doubleclick.net googlesyndication.com googleadservices.com "
        "adservice.google.* criteo.* taboola.* outbrain.* teads.* adroll.* adform.* rtbhouse.* adnxs.com "
        "smartadserver.com mgid.com plista.com revcontent.com thetradedesk.com adsrvr.org media.net criteo "
        "taboola outbrain adroll teads adform rtbhouse dv360 display"},
    {SITE_AFFILIATE,
        "awin1.com awin.com zanox.com zanox-affiliate.de tradedoubler.com anrdoezrs.net jdoqocy.com "
        "tkqlhce.com dpbolvw.net kqzyfj.com cj.com shareasale.com linksynergy.com rakutenadvertising.com "
        "rakutenmarketing.com impact.com sjv.io pxf.io partnerize.com prf.hn webgains.com affili.net "
        "belboon.com adcell.de digistore24.com skimresources.com skimlinks.com viglink.com sovrn.co "
        "flexoffers.com pepperjam.com commission-junction.com admitad.com daisycon.com tradetracker.* "
        "effiliation.com refersion.com goaffpro.com awin zanox tradedoubler cj shareasale rakuten impact "
        "partnerize webgains adcell daisycon tradetracker skimlinks affiliate affiliates"},
    {SITE_SHOPPING,
        "shopping.google.* merchantcenter.google.com shopping.yahoo.* amazon.* ebay.* etsy.com idealo.* "
        "billiger.de guenstiger.de geizhals.* check24.de preis.de ladenzeile.* kelkoo.* shopzilla.* "
        "bizrate.com pricegrabber.com pricerunner.* pricespy.* prisjakt.nu beslist.nl kieskeurig.nl "
        "vergelijk.nl ceneo.pl heureka.* arukereso.hu skroutz.gr twenga.* leguide.com trovaprezzi.it otto.de "
        "kaufland.* zalando.* walmart.com target.com bestbuy.com aliexpress.* alibaba.com rakuten.* "
        "mercadolibre.* mercadolivre.com.br cdiscount.com fnac.com allegro.pl bol.com temu.com wish.com "
        "stylight.* lyst.* moebel.de google_shopping googleshopping google-shopping amazon ebay etsy idealo "
        "billiger geizhals kelkoo pricerunner ceneo heureka shopping"},
    {SITE_VIDEO,
        "youtube.* youtu.be youtube-nocookie.com com.google.android.youtube vimeo.com dailymotion.* twitch.tv "
        "netflix.com hulu.com disneyplus.com iqiyi.com youku.com bilibili.com wistia.* ted.com rumble.com "
        "odysee.com rutube.ru nicovideo.jp peertube.tv youtube vimeo twitch dailymotion bilibili"},
    {SITE_SOCIAL,
        "facebook.* fb.com fb.me lm.facebook.com messenger.com com.facebook.katana instagram.com "
        "com.instagram.android threads.net threads.com t.co twitter.com x.com com.twitter.android linkedin.* "
        "lnkd.in com.linkedin.android pinterest.* pin.it com.pinterest tiktok.* reddit.com redd.it "
        "com.reddit.frontpage out.reddit.com snapchat.com whatsapp.com wa.me web.whatsapp.com telegram.org "
        "t.me org.telegram.messenger discord.com discord.gg quora.com tumblr.com vk.com ok.ru weibo.com "
        "weibo.cn wechat.com qzone.qq.com douyin.com xing.com mastodon.social mastodon.online bsky.app "
        "go.bsky.app nextdoor.* medium.com substack.com blogspot.* blogger.com wordpress.com livejournal.com "
        "flickr.com deviantart.com dribbble.com behance.net goodreads.com yelp.* tripadvisor.* foursquare.com "
        "meetup.com ravelry.com stackoverflow.com stackexchange.com news.ycombinator.com producthunt.com "
        "line.me naver.me linktr.ee linkin.bio beacons.ai lemon8-app.com bereal.com hi5.com viadeo.com "
        "kakao.com slack.com disqus.com facebook fb meta ig instagram threads twitter x linkedin pinterest "
        "tiktok reddit snapchat whatsapp telegram discord vk weibo wechat xing mastodon bluesky nextdoor "
        "quora tumblr an facebook_ads facebookads instagram_stories social influencer"},
    {SITE_SEARCH,
        "google.* com.google.android.googlequicksearchbox googleapis.com bing.* yahoo.* search.yahoo.co.jp "
        "yahoo.co.jp yandex.* ya.ru baidu.* duckduckgo.com com.duckduckgo.mobile.android ecosia.org "
        "org.ecosia.browser qwant.* startpage.com ixquick.com search.brave.com brave.com mojeek.* "
        "swisscows.com metager.de metager.org seznam.cz search.seznam.cz naver.com daum.net sogou.com so.com "
        "360.cn sm.cn aol.* ask.com lycos.* t-online.de suche.web.de suche.gmx.net msn.com dogpile.com "
        "excite.com info.com webcrawler.com search.com kvasir.no onet.pl szukacz.pl virgilio.it alice.it "
        "biglobe.ne.jp goo.ne.jp rambler.ru nigma.ru go.mail.ru coccoc.com presearch.com presearch.org "
        "kagi.com yep.com gibiru.com marginalia.nu searx.* search.lilo.org lilo.org search.avg.com "
        "search.avast.com search.smt.docomo.ne.jp comcast.net incredimail.com babylon.com conduit.com google "
        "bing yahoo yandex baidu duckduckgo ecosia qwant startpage brave seznam naver sogou adwords googleads "
        "google_ads google-ads bing_ads bingads msn microsoft_ads"},
};

// Numbers that advertising and mailing systems put into the address of a page.
static const struct click {
    const char *names;
    unsigned says;
} clicks[] = {
    {"gclid wbraid gbraid msclkid yclid gad_source", SITE_SEARCH | SAYS_PAID},
    {"dclid", SITE_ADS | SAYS_PAID | SAYS_DISPLAY},
    {"ttclid twclid li_fat_id sccid epik rdt_cid qclid", SITE_SOCIAL | SAYS_PAID},
    {"fbclid igshid igsh", SITE_SOCIAL}, // Facebook puts it into every link, paid or not
    {"mc_eid mc_cid _kx", SITE_MAIL},
    {"awc irclickid cjevent ransiteid tduid zanpid sscid", SITE_AFFILIATE},
    {"srsltid", SITE_SHOPPING},
};

// Words of utm_medium; "word*", "*word" and "*word*" as they look. The first row that has it decides.
static const struct medium {
    const char *words;
    unsigned says;
} media[] = {
    {"(none) none (not_set) direct (direct)", SAYS_DIRECT},
    {"cpm", SAYS_PAID | SAYS_DISPLAY},
    {"display banner expandable interstitial programmatic native", SAYS_DISPLAY},
    {"paid_social* paid-social* paidsocial* social_paid social-paid social_cpc social-cpc cpc_social social_ads",
        SAYS_PAID | SAYS_SOCIAL},
    {"shopping_cpc pla product_listing*", SAYS_PAID | SAYS_SHOPPING},
    {"*cp* ppc retargeting remarketing paid* sem ads ad", SAYS_PAID},
    {"social social-network social-media social_network social_media sm influencer story stories post", SAYS_SOCIAL},
    {"email e-mail e_mail mail mailing newsletter *newsletter*", SAYS_EMAIL},
    {"affiliate affiliates affiliation partner partners cashback", SAYS_AFFILIATE},
    {"sms mms text text_message whatsapp messenger", SAYS_SMS},
    {"*push *notification* mobile", SAYS_PUSH},
    {"*video* ctv ott", SAYS_VIDEO},
    {"organic seo", SAYS_ORGANIC},
    {"shopping product_feed feed free_listing* price-comparison price_comparison comparison marketplace", SAYS_SHOPPING},
    {"ai llm ai_assistant ai-assistant chatbot", SAYS_AI},
    {"referral app link", SAYS_REFERRAL},
};

// ---- matching, without regard to ASCII case; "%20" and "+" of badly written links and spaces count as "_"

static char folded(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c == ' ' || c == '+' ? '_' : c;
}

static bool same(cu_str text, cu_str word)
{
    if (text.len != word.len)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (folded(text.ptr[i]) != word.ptr[i])
            return false;
    }
    return true;
}

static bool like(cu_str text, cu_str pattern) // "*" at either end
{
    bool before = pattern.len > 1 && pattern.ptr[0] == '*', after = pattern.len > 1 && pattern.ptr[pattern.len - 1] == '*';
    cu_str word = cu_str_sub(pattern, before, pattern.len - before - after);
    for (size_t i = 0; i + word.len <= text.len; i++) {
        bool fits = (before || i == 0) && (after || i + word.len == text.len);
        if (fits && same(cu_str_sub(text, i, word.len), word))
            return true;
    }
    return false;
}

// Is what follows a name its ending only: "com", "co.uk"?
static bool is_ending(cu_str rest)
{
    cu_str first = cu_str_cut(&rest, '.');
    if (first.len == 0)
        return false;
    return !rest.ptr || (first.len <= 3 && rest.len == 2 && cu_str_find(rest, '.') < 0);
}

static bool is_host(cu_str text, cu_str pattern)
{
    cu_str name = pattern;
    bool any_ending = cu_str_ends(pattern, CU_LIT(".*"));
    if (any_ending)
        name.len -= 2;
    for (size_t i = 0; i + name.len <= text.len; i++) {
        if ((i > 0 && text.ptr[i - 1] != '.') || !same(cu_str_sub(text, i, name.len), name))
            continue;
        cu_str rest = cu_str_sub(text, i + name.len, SIZE_MAX);
        if (rest.len == 0 && !any_ending)
            return true;
        if (any_ending && rest.len > 1 && rest.ptr[0] == '.' && is_ending(cu_str_sub(rest, 1, SIZE_MAX)))
            return true;
    }
    return false;
}

static bool has_dot(cu_str s)
{
    return cu_str_find(s, '.') >= 0;
}

static unsigned site_of(cu_str text)
{
    for (size_t i = 0; i < CU_COUNT(sites); i++) {
        cu_str names = cu_str_of(sites[i].names);
        while (names.ptr) {
            cu_str name = cu_str_cut(&names, ' ');
            if (has_dot(name) ? has_dot(text) && is_host(text, name) : same(text, name))
                return sites[i].kind;
        }
    }
    return 0;
}

static unsigned click_of(cu_str text)
{
    for (size_t i = 0; i < CU_COUNT(clicks); i++) {
        cu_str names = cu_str_of(clicks[i].names);
        while (names.ptr) {
            if (same(text, cu_str_cut(&names, ' ')))
                return clicks[i].says;
        }
    }
    return 0;
}

static unsigned medium_of(cu_str text)
{
    for (size_t i = 0; i < CU_COUNT(media); i++) {
        cu_str words = cu_str_of(media[i].words);
        while (words.ptr) {
            if (like(text, cu_str_cut(&words, ' ')))
                return media[i].says;
        }
    }
    return 0;
}

// Google's rule ^(.*(([^a-df-z]|^)shop|shopping).*)$: "shop" and "eshop" are, "workshop" is not.
static bool is_shopping(cu_str campaign)
{
    for (size_t i = 0; i + 4 <= campaign.len; i++) {
        char before = i > 0 ? folded(campaign.ptr[i - 1]) : ' ';
        bool within = before >= 'a' && before <= 'z' && before != 'e';
        if (same(cu_str_sub(campaign, i, within ? 8 : 4), within ? CU_LIT("shopping") : CU_LIT("shop")))
            return true;
    }
    return false;
}

static unsigned source_of(cu_str text)
{
    if (same(text, CU_LIT("(direct)")) || same(text, CU_LIT("direct")))
        return SAYS_DIRECT;
    unsigned site = site_of(text) & ~(unsigned)SITE_PAYMENT;
    return site | (has_dot(text) ? SITE_HOST : 0);
}

uint32_t channel_unknown(enum channel_sign sign)
{
    static const uint32_t has[CHANNEL_SIGNS] = {HAS_SOURCE, HAS_MEDIUM, HAS_CAMPAIGN, 0, HAS_REFERRER};
    return has[sign];
}

uint32_t channel_traits(enum channel_sign sign, cu_str text)
{
    text = cu_str_trim(text);
    if (text.len == 0)
        return 0;
    if (sign == CHANNEL_REFERRER && text.len > 4 && same(cu_str_sub(text, 0, 4), CU_LIT("www.")))
        text = cu_str_sub(text, 4, SIZE_MAX);
    unsigned says = sign == CHANNEL_SOURCE     ? source_of(text)
                    : sign == CHANNEL_MEDIUM   ? medium_of(text)
                    : sign == CHANNEL_CAMPAIGN ? (is_shopping(text) ? SAYS_SHOPPING : 0)
                    : sign == CHANNEL_CLICK    ? click_of(text)
                                               : site_of(text);
    return says | channel_unknown(sign);
}

// ---- the rules

// A rule holds when each of its sets that is not empty has a trait in common with the visit.
static const struct rule {
    enum channel channel;
    unsigned one, and;
} rules[] = {
    {CHANNEL_SHOPPING, SITE_SHOPPING | SAYS_SHOPPING, SAYS_PAID},
    {CHANNEL_PAID_SEARCH, SITE_SEARCH, SAYS_PAID},
    {CHANNEL_PAID_SOCIAL, SITE_SOCIAL | SAYS_SOCIAL, SAYS_PAID},
    {CHANNEL_VIDEO, SITE_VIDEO | SAYS_VIDEO, SAYS_PAID},
    {CHANNEL_DISPLAY, SAYS_DISPLAY, 0},
    {CHANNEL_DISPLAY, SITE_ADS, 0},
    {CHANNEL_AI_ASSISTANT, SAYS_AI, 0},
    {CHANNEL_EMAIL, SAYS_EMAIL, 0},
    {CHANNEL_SMS, SAYS_SMS, 0},
    {CHANNEL_PUSH, SAYS_PUSH, 0},
    {CHANNEL_AFFILIATE, SAYS_AFFILIATE, 0},
    {CHANNEL_OTHER, SAYS_PAID, 0},
    {CHANNEL_SHOPPING, SITE_SHOPPING | SAYS_SHOPPING, 0},
    {CHANNEL_SOCIAL, SITE_SOCIAL | SAYS_SOCIAL, 0},
    {CHANNEL_VIDEO, SITE_VIDEO | SAYS_VIDEO, 0},
    {CHANNEL_AI_ASSISTANT, SITE_AI, 0},
    {CHANNEL_EMAIL, SITE_MAIL, 0},
    {CHANNEL_SEARCH, SITE_SEARCH | SAYS_ORGANIC, 0},
    {CHANNEL_AFFILIATE, SITE_AFFILIATE, 0},
    {CHANNEL_SMS, SITE_SMS, 0},
    {CHANNEL_PUSH, SITE_PUSH, 0},
    {CHANNEL_REFERRAL, SAYS_REFERRAL, 0},
    {CHANNEL_REFERRAL, SITE_HOST, 0},
};
static const unsigned any_site = SITE_SEARCH | SITE_SHOPPING | SITE_SOCIAL | SITE_VIDEO | SITE_AI | SITE_MAIL | SITE_SMS |
                                 SITE_PUSH | SITE_AFFILIATE | SITE_ADS;

static enum channel by_rules(unsigned traits, enum channel otherwise)
{
    for (size_t i = 0; i < CU_COUNT(rules); i++) {
        if (traits & rules[i].one && (!rules[i].and || traits & rules[i].and))
            return rules[i].channel;
    }
    return otherwise;
}

bool channel_traits_pass(uint32_t traits)
{
    return (traits & SITE_PAYMENT) != 0;
}

// What the campaign parameters say counts first; what they leave open, the click number and then the page before say.
enum channel channel_of_traits(const uint32_t traits[CHANNEL_SIGNS])
{
    uint32_t said = traits[CHANNEL_SOURCE] | traits[CHANNEL_MEDIUM] | traits[CHANNEL_CAMPAIGN];
    uint32_t click = traits[CHANNEL_CLICK];
    uint32_t referrer = channel_traits_pass(traits[CHANNEL_REFERRER]) ? 0 : traits[CHANNEL_REFERRER];
    bool spoken = (said & (HAS_SOURCE | HAS_MEDIUM)) != 0 && !(said & SAYS_DIRECT);
    if (spoken) {
        if (!(said & HAS_SOURCE)) // "cpc" of whom?
            said |= (click & any_site ? click : referrer) & any_site;
        if (!(said & HAS_MEDIUM) && (said & any_site & click || !(said & any_site)))
            said |= click;
        return by_rules(said, CHANNEL_OTHER);
    }
    if (click)
        return by_rules(click | (said & SAYS_SHOPPING), CHANNEL_OTHER);
    if (referrer)
        return by_rules(referrer & any_site, CHANNEL_REFERRAL);
    return said & HAS_CAMPAIGN ? by_rules(said, CHANNEL_OTHER) : CHANNEL_DIRECT;
}

enum channel channel_of(const struct channel_signs *s)
{
    const uint32_t traits[CHANNEL_SIGNS] = {channel_traits(CHANNEL_SOURCE, s->source),
        channel_traits(CHANNEL_MEDIUM, s->medium), channel_traits(CHANNEL_CAMPAIGN, s->campaign),
        channel_traits(CHANNEL_CLICK, s->click), channel_traits(CHANNEL_REFERRER, s->referrer_host)};
    return channel_of_traits(traits);
}

bool channel_passes_through(cu_str host)
{
    return channel_traits_pass(channel_traits(CHANNEL_REFERRER, host));
}

// ---- names

static const struct {
    const char *name, *label, *doc;
} names[CHANNEL_COUNT] = {
    [CHANNEL_DIRECT] = {"direct", "Direct",
        "No campaign, no click number and no page before, or only the shop itself or a payment page."},
    [CHANNEL_SEARCH] = {"search", "Search",
        "The page before or utm_source is a search engine, or utm_medium is organic; not paid."},
    [CHANNEL_PAID_SEARCH] = {"paid_search", "Paid search",
        "A search engine with a paid utm_medium (cpc, ppc, paid ...), or a click number of search ads (gclid, wbraid, "
        "gbraid, msclkid, yclid)."},
    [CHANNEL_SHOPPING] = {"shopping", "Shopping",
        "A marketplace or price comparison, or a campaign or medium that names shopping; paid or not."},
    [CHANNEL_SOCIAL] = {"social", "Social",
        "A social network, or utm_medium social; not paid (fbclid alone says nothing about that)."},
    [CHANNEL_PAID_SOCIAL] = {"paid_social", "Paid social",
        "A social network with a paid utm_medium, or a click number of its ads (ttclid, twclid, li_fat_id, epik, rdt_cid)."},
    [CHANNEL_EMAIL] = {"email", "E-mail",
        "utm_medium or utm_source names e-mail or a mailing system, or the page before is a mail box."},
    [CHANNEL_SMS] = {"sms", "Text message",
        "utm_medium or utm_source names text messages."},
    [CHANNEL_PUSH] = {"push", "Push message",
        "utm_medium ends with push or names notifications, or utm_source is a push system."},
    [CHANNEL_DISPLAY] = {"display", "Display",
        "utm_medium is display, banner, interstitial, cpm or the like, or the source is an advertising network."},
    [CHANNEL_VIDEO] = {"video", "Video",
        "A video site, or utm_medium names video; paid or not."},
    [CHANNEL_AFFILIATE] = {"affiliate", "Affiliate",
        "utm_medium is affiliate, or an affiliate network by name, host or click number."},
    [CHANNEL_AI_ASSISTANT] = {"ai_assistant", "AI assistant",
        "The page before or utm_source is an AI assistant (ChatGPT, Perplexity, Gemini, Claude, Copilot ...)."},
    [CHANNEL_REFERRAL] = {"referral", "Referral",
        "Another site, or utm_medium referral, app or link."},
    [CHANNEL_OTHER] = {"other", "Other",
        "Campaign parameters that no rule knows, or paid links of unknown sites."},
};

const char *channel_name(enum channel c)
{
    return names[c].name;
}

const char *channel_label(enum channel c)
{
    return names[c].label;
}

const char *channel_doc(enum channel c)
{
    return names[c].doc;
}

bool channel_parse(cu_str name, enum channel *ret)
{
    for (size_t i = 0; i < CHANNEL_COUNT; i++) {
        if (cu_str_eqz(name, names[i].name)) {
            *ret = (enum channel)i;
            return true;
        }
    }
    return false;
}
