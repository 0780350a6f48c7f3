#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes src/spec/dictionary_default.yaml: dictionary_defaults.py segment-semantic-events.json > out.yaml

Event names, their older names and their property names come from the published list of semantic events
(JSON: categories -> events -> properties). Everything else - types, limits, categories, levels, purposes,
retention and all sentences - is decided in the tables below. The YAML is committed; the build does not
run this script. It stops when the list holds an event or a property the tables say nothing about.
"""
import json
import sys

BUY = "user.behavior.purchase_history"
BROWSE = "user.behavior.browsing_history"
MEDIA = "user.behavior.media_consumption"


def row(type, level, doc, **more):
    return {"type": type, **more, "level": level, "doc": doc}


def text(level, doc, max=256, **more):
    return row("string", level, doc, max=max, **more)


def money(doc, **more):
    return row("money", "P1", doc, **more)


def whole(doc, max=1000000, min=0):
    return row("integer", "P1", doc, min=min, max=max)


# --- Sets: fields that many events share

CAMPAIGN = {
    "campaign": row("object", "P1", "The campaign that brought the person here."),
    "campaign.name": text("P1", "Name of the campaign (utm_campaign)."),
    "campaign.source": text("P1", "Where it ran: search engine, newsletter, push provider (utm_source)."),
    "campaign.medium": text("P1", "Kind of link: e-mail, cost per click, push (utm_medium)."),
    "campaign.term": text("P1", "Paid search word (utm_term)."),
    "campaign.content": text("P1", "Which of several links or texts it was (utm_content)."),
    "campaign.id": text("P1", "Number of the campaign (utm_id)."),
    "campaign.ad_creative": text("P1", "Name of the advertisement's design."),
    "campaign.ad_group": text("P1", "Name of the group of advertisements."),
}
PRODUCT = {
    "product_id": text("P1", "The shop's number of the product.", max=128, aliases=["productId"]),
    "sku": text("P1", "Stock keeping unit: the article number of one variant.", max=128),
    "category": text("P1", "Department or category the product is shown in."),
    "name": text("P1", "Name of the product as the shop shows it.", max=512),
    "brand": text("P1", "Brand or maker."),
    "variant": text("P1", "Size, colour or other form of the product."),
    "price": money("Price of one piece in major units of the currency."),
    "quantity": row("number", "P1", "Number of pieces; fractions where goods are weighed.", min=-1000000, max=1000000),
    "coupon": text("P1", "Coupon that was used for this product.", max=128),
    "position": whole("Place in the list it was shown in, from 1."),
    "url": row("url", "P2", "Address of the product's page; sealed because the part behind ? can hold personal data."),
    "image_url": row("url", "P1", "Address of the product's picture."),
}
AMOUNT = {
    "currency": row("currency", "P1", "Currency of all amounts of the event, ISO 4217."),
    "value": money("What the shop counts this event as worth."),
    "revenue": money("What the shop earns by it, without shipping and tax."),
}
PRODUCTS = row("array", "P1", "The products, one entry each.", max=1000, elements="product")
ORDER = {
    "order_id": text("P1", "The shop's number of the order.", max=128, aliases=["orderId"]),
    "checkout_id": text("P1", "Number of the checkout the order came from.", max=128),
    "affiliation": text("P1", "Store or partner that sold it."),
    "subtotal": money("Sum of the lines after discounts, without shipping and tax."),
    "total": money("What the customer pays: subtotal, shipping and tax."),
    "shipping": money("Price of the delivery."),
    "tax": money("Taxes of the order."),
    "discount": money("All discounts together, as a positive amount."),
    "coupon": text("P1", "Coupon of the whole order.", max=128),
    "shipping_method": text("P1", "How it is delivered."),
    "payment_method": text("P1", "How it is paid; the kind, never a card number."),
    "email": row("email", "P2", "E-mail address given with the order.", category="user.contact.email", group="contact"),
    "phone": row("phone", "P2", "Telephone number given with the order.", category="user.contact.phone_number",
                 group="contact"),
    "reason": text("P2", "Why it was changed, refunded or cancelled, as typed.", max=1024),
    "products": PRODUCTS,
}
CART = {"cart_id": text("P1", "Number of the cart.", max=128)}
COUPON = {
    "order_id": ORDER["order_id"],
    **CART,
    "coupon_id": text("P1", "The coupon's code or number.", max=128),
    "coupon_name": text("P1", "What the shop calls the coupon."),
    "discount": money("What the coupon takes off."),
}
WISHLIST = {
    "wishlist_id": text("P1", "Number of the wish list.", max=128),
    "wishlist_name": text("P2", "Name the person gave the wish list.", category="user.content.private"),
}
SHARE = {
    "share_via": text("P1", "By what means it was shared: e-mail, messenger, link."),
    "share_message": text("P2", "What the person wrote with it.", max=4000, category="user.content.private"),
    "recipient": text("P2", "Whom it was sent to.", max=512, category="user.contact.email"),
}
PROMOTION = {
    "promotion_id": text("P1", "Number of the promotion.", max=128),
    "creative": text("P1", "Which design of it was shown."),
    "name": text("P1", "Name of the promotion."),
    "position": text("P1", "Place on the page where it stood.", max=128),
}
CHECKOUT = {
    "checkout_id": ORDER["checkout_id"],
    "order_id": ORDER["order_id"],
    "step": text("P1", "Number or name of the step.", max=64),
    "shipping_method": ORDER["shipping_method"],
    "payment_method": ORDER["payment_method"],
}
EMAIL = {
    "email_id": text("P1", "Number of the message.", max=128),
    "email_subject": text("P1", "Subject line of the message.", max=998),
    "campaign_id": text("P1", "Number of the campaign it belongs to.", max=128),
    "campaign_name": text("P1", "Name of the campaign it belongs to."),
    "link_id": text("P1", "Number of the link.", max=128),
    "link_url": row("url", "P2", "Where the link leads; sealed because links can carry personal data."),
    "list_id": text("P1", "Number of the mailing list.", max=128),
    "list_name": text("P1", "Name of the mailing list."),
}
CHAT = {
    "agent_id": text("P1", "Number of the member of staff.", max=128),
    "agent_name": text("P2", "Name of the member of staff.", category="user.name"),
    "agent_username": text("P2", "Sign-in name of the member of staff.", category="user.account.username"),
    "conversation_id": text("P1", "Number of the conversation.", max=128),
    "conversation_duration": row("number", "P1", "Length of the conversation so far, in seconds.", min=0, max=31536000),
    "message_id": text("P1", "Number of the message.", max=128),
}
APP = {
    "version": text("P1", "Version of the app.", max=64),
    "build": text("P1", "Build number of the app.", max=64),
    "previous_version": text("P1", "Version before the update.", max=64),
    "previous_build": text("P1", "Build number before the update.", max=64),
}
LINK = {
    "provider": text("P1", "Service that made or measured the link."),
    "url": row("url", "P2", "The link; sealed because links can carry personal data."),
}
TRIAL = {
    "trial_start_date": row("date", "P1", "First day of the trial."),
    "trial_end_date": row("date", "P1", "Last day of the trial."),
    "trial_plan_name": text("P1", "Plan that is tried."),
}
VIDEO = {
    "session_id": text("P1", "Number that joins all events of one playback.", max=128,
                       category="user.unique_id.pseudonymous"),
    "position": whole("Second of the playback.", max=1000000),
    "total_length": whole("Length in seconds.", max=1000000),
    "livestream": row("boolean", "P1", "Is it sent live?"),
    "bitrate": whole("Data rate, in kilobits per second.", max=100000000),
    "framerate": row("number", "P1", "Pictures per second.", min=0, max=10000),
}
PLAYBACK = {
    **VIDEO,
    "content_asset_id": row("any", "P1", "Number of the content, or a list of them."),
    "content_asset_ids": row("any", "P1", "Numbers of the contents."),
    "content_pod_id": row("any", "P1", "Number of the part of the content, or a list of them."),
    "content_pod_ids": row("any", "P1", "Numbers of the parts of the content."),
    "ad_asset_id": row("any", "P1", "Number of the advertisement, or a list of them."),
    "ad_pod_id": row("any", "P1", "Number of the advertising break, or a list of them."),
    "ad_type": text("P1", "Before, within or after the content: pre-roll, mid-roll, post-roll.", max=64),
    "video_player": text("P1", "Which player it is."),
    "sound": whole("Loudness from 0 to 100.", max=100),
    "full_screen": row("boolean", "P1", "Does it fill the screen?"),
    "ad_enabled": row("boolean", "P1", "Can advertisements be shown?"),
    "quality": text("P1", "Picture quality, such as 1080p.", max=64),
    "method": text("P1", "What interrupted it.", max=128),
}
CONTENT = {
    **VIDEO,
    "asset_id": text("P1", "Number of the content.", max=128),
    "pod_id": text("P1", "Number of the part of the content.", max=128),
    "title": text("P1", "Title.", max=512),
    "description": text("P1", "What it is about.", max=2048),
    "keywords": row("array", "P1", "Words it is filed under.", max=200),
    "season": text("P1", "Season.", max=64),
    "episode": text("P1", "Episode.", max=128),
    "genre": text("P1", "Genre."),
    "program": text("P1", "Name of the programme."),
    "publisher": text("P1", "Who made or publishes it."),
    "channel": text("P1", "Channel it runs on."),
    "full_episode": row("boolean", "P1", "Is it a whole episode?"),
    "airdate": row("time", "P1", "When it was first shown."),
}
AD = {
    "session_id": VIDEO["session_id"],
    "asset_id": text("P1", "Number of the advertisement.", max=128),
    "pod_id": text("P1", "Number of the advertising break.", max=128),
    "pod_position": whole("Place within the break."),
    "pod_length": whole("Number of advertisements in the break."),
    "type": text("P1", "Before, within or after the content: pre-roll, mid-roll, post-roll.", max=64),
    "title": text("P1", "Title of the advertisement.", max=512),
    "publisher": text("P1", "Who made or publishes it."),
    "position": VIDEO["position"],
    "total_length": VIDEO["total_length"],
    "load_type": text("P1", "Loaded for this person (dynamic) or the same for all (linear).", max=64),
    "content": row("object", "P1", "The content it was shown with."),
    "quartile": whole("Quarter that was reached, 1 to 4.", max=4),
}
PLACE = {
    "path": text("P1", "Path of the address, without what follows the question mark.", max=2048),
    "referrer": row("url", "P2", "Address of the page before; sealed, it can carry personal data.", max=8192),
    "search": text("P2", "Part of the address from the question mark on; sealed, it can carry personal data.", max=8192),
    "title": text("P2", "Title of the page; sealed, account pages greet people by name.", max=1024),
    "url": row("url", "P2", "Whole address of the page; sealed, it can carry personal data.", max=8192),
}
SETS = {
    "product": PRODUCT, "amount": AMOUNT, "order": ORDER, "cart": CART, "coupon": COUPON, "wishlist": WISHLIST,
    "share": SHARE, "promotion": PROMOTION, "checkout": CHECKOUT, "email": EMAIL, "chat": CHAT, "app": APP,
    "campaign": CAMPAIGN, "link": LINK, "trial": TRIAL, "playback": PLAYBACK, "content": CONTENT, "advertisement": AD,
    "place": PLACE,
}

# --- Events

SHOPPING = dict(category=BROWSE, purposes=["analytics", "personalisation", "advertising"], retention_days=790,
                owner="sales")
BUYING = dict(category=BUY, purposes=["service", "legal", "analytics", "personalisation"], retention_days=3650,
              owner="sales")
MAILING = dict(category="user.behavior", purposes=["marketing_email", "analytics"], retention_days=790,
               owner="marketing")
TESTING = dict(category="user.behavior", purposes=["analytics", "personalisation"], retention_days=395,
               owner="marketing")
ACCOUNT = dict(category="user.account", purposes=["service", "security", "analytics"], retention_days=1095,
               owner="customer_care")
TALKING = dict(category="user.behavior", purposes=["service", "analytics"], retention_days=730, owner="customer_care")
APPS = dict(category="user.device", purposes=["analytics"], retention_days=790, owner="product")
PUSH = dict(category="user.behavior", purposes=["analytics", "personalisation"], retention_days=790, owner="marketing")
WATCHING = dict(category=MEDIA, purposes=["analytics", "personalisation"], retention_days=790, owner="marketing")
LIST = {"list_id": text("P1", "Number of the list or collection.", max=128),
        "category": text("P1", "Category the list shows."), "products": PRODUCTS}

EVENTS = {  # name: (what it shares, sets, its own fields, further aliases, sentence)
    "Products Searched": (SHOPPING, [], {
        "query": row("any", "P2", "What the person searched for, as typed.", category="user.behavior.search_history")},
        ["search_submitted"], "The person searched the shop."),
    "Product List Viewed": (SHOPPING, ["amount"], LIST, ["collection_viewed"], "A category or list of products was shown."),
    "Product List Filtered": (SHOPPING, ["amount"], {
        **LIST,
        "filters": row("array", "P1", "The filters in force.", max=200),
        "filters.$.type": text("P1", "What is filtered by: price, colour, size."),
        "filters.$.value": text("P1", "What was chosen."),
        "sorts": row("array", "P1", "The orders of sorting in force.", max=50),
        "sorts.$.type": text("P1", "What is sorted by."),
        "sorts.$.value": text("P1", "Direction of sorting.")}, [], "A list of products was filtered or sorted."),
    "Promotion Viewed": (SHOPPING, ["promotion"], {}, [], "A promotion of the shop itself was shown."),
    "Promotion Clicked": (SHOPPING, ["promotion"], {}, [], "A promotion of the shop itself was clicked."),
    "Product Clicked": (SHOPPING, ["product", "amount"], {}, [], "A product in a list was clicked."),
    "Product Viewed": (SHOPPING, ["product", "amount"], {}, [], "The page of a product was looked at."),
    "Product Added": (SHOPPING, ["cart", "product", "amount"], {}, ["product_added_to_cart"],
                      "A product was put into the cart."),
    "Product Removed": (SHOPPING, ["cart", "product", "amount"], {}, ["product_removed_from_cart"],
                        "A product was taken out of the cart."),
    "Cart Viewed": (SHOPPING, ["cart", "amount"], {"products": PRODUCTS}, [], "The cart was looked at."),
    "Checkout Started": (SHOPPING, ["order", "amount"], {}, [], "The person began to check out."),
    "Checkout Step Viewed": (SHOPPING, ["checkout", "amount"], {}, [], "A step of the checkout was shown."),
    "Checkout Step Completed": (SHOPPING, ["checkout", "amount"], {}, [
        "checkout_shipping_info_submitted", "checkout_address_info_submitted", "checkout_contact_info_submitted"],
        "A step of the checkout was done."),
    "Payment Info Entered": (SHOPPING, ["checkout", "amount"], {}, ["payment_info_submitted"],
                             "The way of paying was given."),
    "Order Updated": (BUYING, ["order", "amount"], {}, [], "An order was changed."),
    "Order Completed": (BUYING, ["order", "amount"], {}, ["checkout_completed"], "An order was placed."),
    "Order Refunded": (BUYING, ["order", "amount"], {}, [], "Money of an order was given back, in whole or in part."),
    "Order Cancelled": (BUYING, ["order", "amount"], {}, ["Order Canceled"], "An order was called off."),
    "Coupon Entered": (SHOPPING, ["coupon", "amount"], {}, [], "A coupon was typed in."),
    "Coupon Applied": (SHOPPING, ["coupon", "amount"], {}, [], "A coupon was accepted."),
    "Coupon Denied": (SHOPPING, ["coupon", "amount"], {"reason": text("P1", "Why the coupon was not accepted.")}, [],
                      "A coupon was not accepted."),
    "Coupon Removed": (SHOPPING, ["coupon", "amount"], {}, [], "A coupon was taken away again."),
    "Product Added to Wishlist": (SHOPPING, ["wishlist", "product", "amount"], {}, [],
                                  "A product was put on a wish list."),
    "Product Removed from Wishlist": (SHOPPING, ["wishlist", "product", "amount"], {}, [],
                                      "A product was taken off a wish list."),
    "Wishlist Product Added to Cart": (SHOPPING, ["wishlist", "cart", "product", "amount"], {}, [],
                                       "A product went from a wish list into the cart."),
    "Product Shared": (SHOPPING, ["share", "product", "amount"], {}, [], "A product was shown to somebody else."),
    "Cart Shared": (SHOPPING, ["share", "cart", "amount"], {"products": PRODUCTS}, [],
                    "A cart was shown to somebody else."),
    "Product Reviewed": ({**SHOPPING, "category": "user.content.public"}, [], {
        "product_id": PRODUCT["product_id"],
        "review_id": text("P1", "Number of the review.", max=128),
        "review_body": text("P2", "What the person wrote.", max=16000),
        "rating": row("number", "P1", "Stars or points.", min=0, max=1000)}, [], "A product was reviewed."),

    "Email Delivered": (MAILING, ["email"], {}, [], "A message reached the mailbox."),
    "Email Opened": (MAILING, ["email"], {}, [], "A message was opened."),
    "Email Link Clicked": (MAILING, ["email"], {}, [], "A link in a message was clicked."),
    "Email Bounced": (MAILING, ["email"], {}, [], "A message could not be delivered."),
    "Email Marked as Spam": (MAILING, ["email"], {}, [], "The person complained about a message."),
    "Unsubscribed": (MAILING, ["email"], {}, ["Email Unsubscribed"], "The person left a mailing list."),

    "Experiment Viewed": (TESTING, [], {
        "experiment_id": text("P1", "Number of the experiment.", max=128),
        "experiment_name": text("P1", "Name of the experiment."),
        "variation_id": text("P1", "Number of the variation.", max=128),
        "variation_name": text("P1", "Name of the variation.")}, [], "One variation of an experiment was shown."),

    "Account Created": (ACCOUNT, [], {"account_name": text("P2", "Name of the account.",
                                                           category="user.contact.organization")}, [],
                        "An account for several users was made."),
    "Account Deleted": (ACCOUNT, [], {"account_name": text("P2", "Name of the account.",
                                                           category="user.contact.organization")}, [],
                        "An account was deleted."),
    "Signed Up": (ACCOUNT, [], {
        "type": text("P1", "How it came about: invited, by oneself.", max=64),
        "first_name": text("P2", "First name.", category="user.name.first", group="contact", aliases=["firstName"]),
        "last_name": text("P2", "Last name.", category="user.name.last", group="contact", aliases=["lastName"]),
        "email": row("email", "P2", "E-mail address.", category="user.contact.email", group="contact"),
        "phone": row("phone", "P2", "Telephone number.", category="user.contact.phone_number", group="contact"),
        "username": text("P2", "Sign-in name.", category="user.account.username", group="contact"),
        "title": text("P2", "Position at work.", category="user.job_title", group="contact")}, [],
        "The person made an account."),
    "Signed In": (ACCOUNT, [], {"username": text("P2", "Sign-in name.", category="user.account.username",
                                                 group="contact")}, ["Logged In"], "The person signed in."),
    "Signed Out": (ACCOUNT, [], {"username": text("P2", "Sign-in name.", category="user.account.username",
                                                  group="contact")}, ["Logged Out"], "The person signed out."),
    "Invite Sent": (ACCOUNT, [], {
        "invitee_email": row("email", "P2", "E-mail address of the invited.", category="user.contact.email"),
        "invitee_first_name": text("P2", "First name of the invited.", category="user.name.first"),
        "invitee_last_name": text("P2", "Last name of the invited.", category="user.name.last"),
        "invitee_role": text("P1", "What the invited may do.", max=64)}, [], "The person invited somebody."),
    "Account Added User": (ACCOUNT, [], {"role": text("P1", "What the user may do.", max=64)}, [],
                           "A user joined an account."),
    "Account Removed User": (ACCOUNT, [], {}, [], "A user left an account."),
    "Trial Started": (ACCOUNT, ["trial"], {}, [], "A trial began."),
    "Trial Ended": (ACCOUNT, ["trial"], {}, [], "A trial ended."),

    "Live Chat Conversation Started": (TALKING, ["chat"], {}, [], "A chat began."),
    "Live Chat Conversation Ended": (TALKING, ["chat"], {}, [], "A chat ended."),
    "Live Chat Message Sent": (TALKING, ["chat"], {}, [], "The person wrote in a chat."),
    "Live Chat Message Received": (TALKING, ["chat"], {}, [], "The person got an answer in a chat."),

    "Application Installed": (APPS, ["app"], {}, [], "The app was installed."),
    "Application Opened": (APPS, ["app"], {
        "from_background": row("boolean", "P1", "Was it running in the background before?"),
        "url": LINK["url"],
        "referring_application": text("P1", "App that opened it.")}, [], "The app was opened."),
    "Application Updated": (APPS, ["app"], {}, [], "The app was updated."),
    "Application Backgrounded": (APPS, ["app"], {}, [], "The app went into the background."),
    "Application Uninstalled": (APPS, ["app"], {}, [], "The app was removed."),
    "Install Attributed": (APPS, ["campaign"], {"provider": text("P1", "Who worked it out.")}, [],
                           "It was worked out which campaign brought the installation."),
    "Push Notification Received": (PUSH, ["campaign"], {}, [], "A push message arrived."),
    "Push Notification Tapped": (PUSH, ["campaign"], {"action": text("P1", "Which button it was.", max=128)}, [],
                                 "A push message was tapped."),
    "Push Notification Bounced": (PUSH, ["campaign"], {"action": text("P1", "Which button it had.", max=128)}, [],
                                  "A push message could not be delivered."),
    "Deep Link Opened": (PUSH, ["link"], {}, [], "A link opened the app."),
    "Deep Link Clicked": (PUSH, ["link"], {}, [], "A link into the app was clicked."),
}
for happened, sentence in {
        "Started": "Playback began.", "Paused": "Playback was paused.", "Interrupted": "Playback was interrupted.",
        "Buffer Started": "Playback waits for data.", "Buffer Completed": "Playback has data again.",
        "Seek Started": "The person is looking for another place.", "Seek Completed": "Another place was found.",
        "Resumed": "Playback went on.", "Completed": "Playback ended.", "Exited": "The player was left."}.items():
    EVENTS["Video Playback " + happened] = (WATCHING, ["playback"], {}, [], sentence)
for happened, sentence in {"Started": "A part of the content began.", "Playing": "The content is running.",
                           "Completed": "A part of the content ended."}.items():
    EVENTS["Video Content " + happened] = (WATCHING, ["content"], {}, [], sentence)
for happened, sentence in {"Started": "An advertisement began.", "Playing": "An advertisement is running.",
                           "Completed": "An advertisement ended."}.items():
    EVENTS["Video Ad " + happened] = (WATCHING, ["advertisement"], {}, [], sentence)
# The list describes these objects, not events; the sets hold their members.
VIDEO_OBJECTS = {"Playback event object": "playback", "Content event object": "content", "Ad event object": "advertisement",
                 "Example event lifecycle": None}

ADDRESS_DOC = {"city": "Town.", "country": "Country, best as two letters (ISO 3166).", "postalCode": "Postal code.",
               "state": "State, province or region.", "street": "Street and house number."}


def address(prefix):
    category = "user.contact.address."
    rows = {prefix: row("object", "P2", "Postal address.", category="user.contact.address", group="address")}
    for name, key in {"street": "street", "city": "city", "state": "state", "postalCode": "postal_code"}.items():
        rows[f"{prefix}.{name}"] = text("P2", ADDRESS_DOC[name], category=category + key, group="address")
    rows[f"{prefix}.country"] = row("country", "P1", ADDRESS_DOC["country"], category=category + "country")
    return rows


GROUP = {
    **address("address"),
    "avatar": row("url", "P2", "Picture or logo.", category="user.content.self_image", group="contact"),
    "createdAt": row("time", "P1", "When the group was made.", aliases=["created_at"]),
    "description": text("P2", "What it is, in a few words.", max=2048),
    "email": row("email", "P2", "E-mail address of the group.", category="user.contact.email", group="contact"),
    "employees": whole("Number of people who work there.", max=100000000),
    "id": text("P1", "The shop's number of the group.", max=128),
    "industry": text("P1", "Line of business."),
    "name": text("P2", "Name of the company or group.", category="user.contact.organization", group="contact"),
    "phone": row("phone", "P2", "Telephone number.", category="user.contact.phone_number", group="contact"),
    "website": row("url", "P2", "Web site.", category="user.contact.url", group="contact"),
    "plan": text("P1", "Plan or price list it is on."),
}
VISIT = dict(category=BROWSE, purposes=["analytics", "personalisation", "advertising"], retention_days=790,
             owner="marketing")
CONTEXT = {
    "active": row("boolean", "P1", "Was the person there, or did a server act for them?"),
    "ip": text("P2", "Network address.", max=64, category="user.device.ip_address"),
    "userAgent": text("P2", "How browser or app name themselves.", max=2048, category="user.device",
                      aliases=["user_agent"]),
    "userAgentData": row("object", "P2", "Browser, platform and device as the browser tells them.", category="user.device"),
    "locale": text("P1", "Language and region, such as de-DE.", max=64, category="user.demographic.language"),
    "timezone": text("P1", "Time zone by name.", max=64, category="user.location.imprecise"),
    "channel": text("P1", "From where it was sent: browser, mobile, server.", max=32),
    "groupId": text("P1", "Group the call belongs to.", max=128),
    "app": row("object", "P1", "The app or site."),
    **{"app." + n: r for n, r in {
        "name": text("P1", "Name of the app."), "version": APP["version"], "build": APP["build"],
        "namespace": text("P1", "Package name of the app.")}.items()},
    **CAMPAIGN,
    "device": row("object", "P2", "The device.", category="user.device"),
    "device.id": text("P2", "Number of the device.", max=128, category="user.device.device_id"),
    "device.advertisingId": text("P2", "Advertising number of the device.", max=128, category="user.device.device_id"),
    "device.adTrackingEnabled": row("boolean", "P1", "Does the person allow the advertising number?",
                                    category="user.privacy_preferences"),
    "device.manufacturer": text("P1", "Maker of the device.", category="user.device"),
    "device.model": text("P1", "Model of the device.", category="user.device"),
    "device.name": text("P2", "Name the owner gave the device.", category="user.device"),
    "device.type": text("P1", "Kind of device.", max=64, category="user.device"),
    "device.token": text("P2", "Address for push messages.", max=512, category="user.device.device_id"),
    "device.version": text("P1", "Version of the device.", max=64, category="user.device"),
    "library": row("object", "P1", "The library that sent the call.", category="system.operations"),
    "library.name": text("P1", "Name of the library.", category="system.operations"),
    "library.version": text("P1", "Version of the library.", max=64, category="system.operations"),
    "location": row("object", "P2", "Where the person was.", category="user.location"),
    "location.city": text("P2", "Town.", category="user.location.imprecise"),
    "location.region": text("P2", "Region.", category="user.location.imprecise"),
    "location.country": row("country", "P1", "Country.", category="user.location.imprecise"),
    "location.latitude": row("number", "P3", "Degrees north.", min=-90, max=90, category="user.location.precise"),
    "location.longitude": row("number", "P3", "Degrees east.", min=-180, max=180, category="user.location.precise"),
    "location.speed": row("number", "P3", "Speed.", category="user.location.precise"),
    "network": row("object", "P1", "The network connection.", category="user.device"),
    "network.bluetooth": row("boolean", "P1", "Is Bluetooth on?", category="user.device"),
    "network.carrier": text("P1", "Mobile network.", category="user.device"),
    "network.cellular": row("boolean", "P1", "Is it a mobile connection?", category="user.device"),
    "network.wifi": row("boolean", "P1", "Is it a Wi-Fi connection?", category="user.device"),
    "os": row("object", "P1", "The operating system.", category="user.device"),
    "os.name": text("P1", "Name of the operating system.", max=64, category="user.device"),
    "os.version": text("P1", "Version of the operating system.", max=64, category="user.device"),
    "page": row("object", "P2", "The page the call was made on."),
    **{"page." + n: r for n, r in PLACE.items()},
    "referrer": row("object", "P2", "What led the person here."),
    "referrer.id": text("P1", "Number of the referrer.", max=128),
    "referrer.type": text("P1", "Kind of referrer.", max=64),
    "referrer.name": text("P1", "Name of the referrer."),
    "referrer.url": row("url", "P2", "Address of the referrer; sealed, it can carry personal data.", max=8192),
    "referrer.link": row("url", "P2", "Link that was followed; sealed, it can carry personal data.", max=8192),
    "screen": row("object", "P1", "The screen.", category="user.device"),
    "screen.width": row("number", "P1", "Width in pixels.", min=0, max=1000000, category="user.device"),
    "screen.height": row("number", "P1", "Height in pixels.", min=0, max=1000000, category="user.device"),
    "screen.density": row("number", "P1", "Pixels per point.", min=0, max=10000, category="user.device"),
    "consent": row("object", "P1", "What the person allowed, as the banner tells it.",
                   category="user.privacy_preferences", purposes=["legal"]),
    "traits": row("object", "P2", "Traits of the person at this moment.", category="user"),
    "externalIds": row("array", "P2", "Further identifiers of the person.", max=50, category="user.unique_id"),
    "externalIds.$.id": text("P2", "The identifier.", max=512, category="user.unique_id"),
    "externalIds.$.type": text("P1", "Its kind; a row of identifiers or a name of its own.", max=64),
    "externalIds.$.collection": text("P1", "Whom it names: users or groups.", max=64),
    "externalIds.$.encoding": text("P1", "How it is written; none.", max=64),
}
CALLS = {
    "$identify": (dict(category="user", purposes=["service"], retention_days=790, owner="customer_care"), [], {}, [],
                  "The person told who they are; the traits are rows of persons."),
    "$page": (VISIT, ["place"], {
        "name": text("P1", "Name of the page."), "category": text("P1", "Category of the page."),
        "keywords": row("any", "P1", "Words the page is filed under.")}, [], "A page was shown."),
    "$screen": (VISIT, ["place"], {
        "name": text("P1", "Name of the screen."), "category": text("P1", "Category of the screen.")}, [],
        "A screen of an app was shown."),
    "$group": (dict(category="user.workplace", purposes=["service", "analytics"], retention_days=790, owner="sales"), [],
               GROUP, [], "The person belongs to a company or group; the fields are the group's traits."),
    "$alias": (dict(category="user.unique_id", purposes=["service"], retention_days=790, owner="customer_care"), [], {}, [],
               "Two identifiers belong to one person."),
    "$context": (VISIT, [], CONTEXT, [], "What every call may say about its circumstances; not an event."),
    "Segment Consent Preference Updated": (
        dict(category="user.privacy_preferences", purposes=["legal"], retention_days=1825, owner="privacy"), [], {}, [],
        "The person changed what they allow; the choice is in the call's context."),
}

# --- Persons

SERVE = ["service", "personalisation"]
MAIL = ["service", "marketing_email", "advertising"]


def person(r, category, group=None, purposes=SERVE, owner="customer_care"):
    return {**r, "category": category, **({"group": group} if group else {}), "purposes": purposes, "owner": owner}


def address_part(name, level, more):
    key = {"postalCode": "postal_code"}.get(name, name)
    r = row("country", level, ADDRESS_DOC[name]) if name == "country" else text(level, ADDRESS_DOC[name])
    r["aliases"] = more
    return person(r, "user.contact.address." + key, "address" if level == "P2" else None, ["service", "analytics"]
                  if name == "country" else ["service"])


PERSONS = {
    "email": person(row("email", "P2", "E-mail address; joins what is known of the person.", identifier="email",
                        aliases=["e-mail", "mail", "Email Address", "email_id"]), "user.contact.email", "contact", MAIL),
    "phone": person(row("phone", "P2", "Telephone number, best with + and country.", identifier="phone",
                        aliases=["phone_number", "mobile", "mobile_phone", "telephone", "Default Address Phone"]),
                    "user.contact.phone_number", "contact", ["service", "marketing_sms"]),
    "firstName": person(text("P2", "First name.", aliases=["given_name", "forename", "fname"]), "user.name.first", "contact"),
    "lastName": person(text("P2", "Last name.", aliases=["family_name", "surname", "lname"]), "user.name.last", "contact"),
    "name": person(text("P2", "Whole name; made of first and last name when absent.", aliases=["full_name", "display_name"]),
                   "user.name", "contact"),
    "id": person(text("P2", "The person's number in the system that sent it.", max=128), "user.unique_id", "contact"),
    "username": person(text("P2", "Sign-in name.", aliases=["login", "user_name", "nickname"]), "user.account.username",
                       "contact", ["service", "security"]),
    "title": person(text("P2", "Position at work.", aliases=["job_title"]), "user.job_title", "contact"),
    "age": person(row("integer", "P2", "Age in years.", min=0, max=150), "user.demographic.age_range", "sensitive"),
    "birthday": person(row("date", "P3", "Day of birth.", aliases=["birthdate", "date_of_birth", "dob"]),
                       "user.demographic.date_of_birth", "sensitive"),
    "gender": person(text("P3", "Gender, in the person's own words or a letter.", max=64, aliases=["sex"]),
                     "user.demographic.gender", "sensitive"),
    "avatar": person(row("url", "P2", "Picture of the person.", aliases=["image", "photo"]), "user.content.self_image",
                     "contact", ["service"]),
    "description": person(text("P2", "What somebody wrote about the person.", max=4000, aliases=["bio", "about"]),
                          "user.content.private", "contact", ["service"]),
    "note": person(text("P2", "Note of the shop's staff.", max=4000, aliases=["notes"]), "user.content.private", "contact",
                   ["service"]),
    "website": person(row("url", "P2", "Web site of the person."), "user.contact.url", "contact", ["service"]),
    "createdAt": person(row("time", "P1", "When the account was made.", aliases=["sign_up", "signup_date", "registered",
                                                                               "date_created", "customer_since"]),
                        "user.account", None, ["service", "analytics"]),
    "language": person(text("P1", "Language, such as de.", max=64, aliases=["locale", "lang"]), "user.demographic.language",
                       None, ["service", "personalisation", "analytics"]),
    "timezone": person(text("P1", "Time zone by name.", max=64, aliases=["time_zone"]), "user.location.imprecise"),
    "address": person(row("object", "P2", "Postal address."), "user.contact.address", "address", ["service"]),
    "address.street": address_part("street", "P2", ["street", "address1", "address_line_1", "Default Address Address1"]),
    "address.street2": person(text("P2", "Second line of the address.", aliases=["street2", "address2", "address_line_2",
                                                                              "Default Address Address2"]),
                              "user.contact.address.street", "address", ["service"]),
    "address.city": address_part("city", "P2", ["city", "town", "Default Address City"]),
    "address.state": address_part("state", "P2", ["state", "province", "region", "Default Address Province Code"]),
    "address.postalCode": address_part("postalCode", "P2", ["postal_code", "postcode", "zip", "zip_code", "address.zip",
                                                          "address.postcode", "Default Address Zip"]),
    "address.country": address_part("country", "P1", ["country", "country_code", "Country/Region", "address.country_code",
                                                      "Default Address Country Code"]),
    "company": person(row("any", "P2", "Company the person works for: its name, or an object with more."),
                      "user.contact.organization", "contact", ["service"]),
    "company.name": person(text("P2", "Name of the company.", aliases=["company_name", "organisation", "organization",
                                                                     "Default Address Company"]),
                           "user.contact.organization", "contact", ["service"]),
    "company.id": person(text("P1", "The shop's number of the company.", max=128), "user.workplace", None, ["service"]),
    "company.industry": person(text("P1", "Line of business."), "user.workplace", None, ["service", "analytics"]),
    "company.employee_count": person(whole("Number of people who work there.", max=100000000), "user.workplace", None,
                                     ["service", "analytics"]),
    "company.plan": person(text("P1", "Plan or price list the company is on."), "user.workplace", None,
                           ["service", "analytics"]),
    "customer_number": person(text("P2", "The shop's customer number.", max=128, identifier="customer_number",
                                   aliases=["customer_no"]), "user.unique_id", "contact"),
    "shopify_customer_id": person(text("P2", "Customer number at Shopify.", max=64, identifier="shopify_customer_id"),
                                  "user.unique_id", "contact"),
    "woocommerce_customer_id": person(text("P2", "Customer number at WooCommerce.", max=64,
                                           identifier="woocommerce_customer_id"), "user.unique_id", "contact"),
    "mailchimp_id": person(text("P2", "Number of the contact at Mailchimp.", max=64, identifier="mailchimp_id",
                                aliases=["euid"]), "user.unique_id", "contact"),
    "tags": person(row("any", "P2", "Words staff or systems filed the person under."), "user", "contact"),
    "customer_group": person(text("P1", "Group of customers: retail, wholesale, staff.", max=128),
                             "user", None, ["service", "analytics"]),
    "accepts_marketing": person(row("boolean", "P1", "Did the person agree to advertising by e-mail?",
                                    aliases=["accepts_email_marketing", "newsletter", "email_opt_in"]),
                                "user.privacy_preferences", None, ["legal", "marketing_email"], "privacy"),
    "accepts_sms_marketing": person(row("boolean", "P1", "Did the person agree to advertising by text message?",
                                        aliases=["sms_opt_in"]),
                                    "user.privacy_preferences", None, ["legal", "marketing_sms"], "privacy"),
    "tax_exempt": person(row("boolean", "P1", "Is the person free of sales tax?"), "user.account", None, ["service", "legal"]),
    "total_spent": person(money("What the person has spent, as another system counts it.", aliases=["total_spend"]),
                          BUY, None, ["service", "analytics"]),
    "orders_count": person(whole("Number of orders, as another system counts them."), BUY, None, ["service", "analytics"]),
    "plan": person(text("P1", "Plan or subscription of the person.", max=128), "user.account", None, ["service", "analytics"]),
}
PERSONS["orders_count"]["aliases"] = ["total_orders"]

PURPOSES = {
    "service": ("contract", [], "Taking orders, delivering, answering questions: what the customer asked for."),
    "legal": ("legal_obligation", [], "Keeping and showing what the law demands, such as invoices and proofs of consent."),
    "security": ("legitimate_interest", ["Strictly Necessary", "Necessary", "Essential", "C0001", "security_storage"],
                 "Recognising fraud and attacks and keeping accounts safe."),
    "analytics": ("consent", ["Analytics", "Statistics", "Performance", "Measurement", "C0002", "analytics_storage"],
                  "Counting and comparing what is done in the shop, to make it better."),
    "personalisation": ("consent", ["Personalization", "Personalisation", "Functional", "Preferences", "C0003",
                                    "functionality_storage", "personalization_storage"],
                        "Showing products and contents that fit the person."),
    "marketing_email": ("consent", ["Email Marketing", "Email", "Newsletter", "marketing_email"],
                        "Sending offers and news by e-mail."),
    "marketing_sms": ("consent", ["SMS Marketing", "SMS", "Text Messages", "marketing_sms"],
                      "Sending offers and news by text message."),
    "advertising": ("consent", ["Advertising", "Marketing", "Targeting", "Social Media", "C0004", "C0005", "ad_storage",
                                "ad_user_data", "ad_personalization"],
                    "Showing advertisements on other sites and measuring them."),
}
BLOCKED_EMAILS = ["test@test.com", "test@example.com", "example@example.com", "user@example.com", "email@example.com",
                  "name@example.com", "a@a.com", "a@b.com", "abc@abc.com", "none@none.com", "no@email.com",
                  "noemail@noemail.com", "null@null.com", "unknown@unknown.com", "guest@guest.com", "admin@admin.com",
                  "asdf@asdf.com", "xxx@xxx.com", "noreply@example.com", "no-reply@example.com", "test@gmail.com"]
BLOCKED_PHONES = ["+1111111111", "+11111111111", "+1234567890", "+12345678901", "+123456789", "+15555555555",
                  "+10000000000", "+9999999999", "+99999999999", "+491234567", "+49123456789", "+441234567890"]
IDENTIFIERS = {
    "user_id": (1, 1, [], "The shop's own number of a signed-in person."),
    "email": (2, 5, BLOCKED_EMAILS, "E-mail address, without regard to case."),
    "phone": (3, 5, BLOCKED_PHONES, "Telephone number with country, E.164."),
    "customer_number": (4, 3, [], "Customer number of the shop or its ERP."),
    "shopify_customer_id": (5, 3, [], "Customer number at Shopify."),
    "woocommerce_customer_id": (6, 3, [], "Customer number at WooCommerce."),
    "mailchimp_id": (7, 5, [], "Number of the contact at Mailchimp."),
    "cross_domain_id": (40, 50, [], "Number that joins several sites of one shop."),
    "ga_client_id": (41, 200, [], "Visitor number of Google Analytics."),
    "ios.id": (42, 50, [], "Number of an iOS device."),
    "ios.idfa": (43, 50, [], "Advertising number of an iOS device."),
    "ios.push_token": (44, 100, [], "Address of an iOS device for push messages."),
    "android.id": (45, 50, [], "Number of an Android device."),
    "android.idfa": (46, 50, [], "Advertising number of an Android device."),
    "android.push_token": (47, 100, [], "Address of an Android device for push messages."),
    "*": (60, 10, [], "Every kind of identifier without a row of its own."),
    "anonymous_id": (100, 200, [], "Number of a browser or app before anybody signed in; the weakest."),
}

HEAD = """\
# SPDX-License-Identifier: Apache-2.0
# The built-in data dictionary: what Custos knows before a shop says anything. It is part of the program;
# a shop's own DATA/dictionary.yaml is laid over it, row by row and attribute by attribute.
# Event and property names follow the published semantic events of the Segment protocol.
#
# Names match without regard to case, "_", "-" and spaces. Levels: P0 public, P1 internal (plain columns),
# P2 personal, P3 sensitive, P4 special category (sealed). Fields of an event take category, purposes,
# retention and owner from the event where they say nothing.
"""
ORDER_OF = ["type", "min", "max", "options", "identifier", "elements", "level", "group", "category", "purposes",
            "retention_days", "owner", "aliases", "doc"]


def scalar(value, flow=True):
    value = str(value)
    special = any(c in value for c in ",[]{}:#&*!|>'\"%@`?") or value in ("null", "true", "false", "~", "-1") or value[0] in "+-$"
    if not special:
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def flow(value):
    return "[" + ", ".join(scalar(v) for v in value) + "]" if isinstance(value, list) else scalar(value)


def field(name, r, indent, out):
    parts = [f"{key}: {flow(r[key])}" for key in ORDER_OF if key in r]
    line, lines = " " * indent + scalar(name) + ": {", []
    for i, part in enumerate(parts):
        part += ", " if i + 1 < len(parts) else "}"
        if len(line) + len(part) > 118:
            lines.append(line.rstrip())
            line = " " * (indent + 4)
        line += part
    out += lines + [line]


def event(name, definition, aliases, out):
    shared, sets, fields, more, doc = definition
    aliases = aliases + [a for a in more if a not in aliases]
    out.append(f"  {scalar(name)}:")
    if aliases:
        out.append(f"    aliases: {flow(aliases)}")
    for key in ("category", "purposes", "retention_days", "owner"):
        out.append(f"    {key}: {flow(shared[key])}")
    if sets:
        out.append(f"    sets: {flow(sets)}")
    out.append(f"    doc: {scalar(doc)}")
    if fields:
        out.append("    fields:")
        for n, r in fields.items():
            field(n, r, 6, out)


def known_names(definition):
    _, sets, fields, _, _ = definition
    names = set(fields)
    for s in sets:
        names |= set(SETS[s])
    if any(r.get("elements") == "product" for r in [*fields.values(), *(f for s in sets for f in SETS[s].values())]):
        names |= {"products.$." + n for n in PRODUCT}
    return names


def check(listed):
    """Every event and property of the list has to have a row here."""
    problems = []
    for e in listed:
        name = e["event"]
        if name in VIDEO_OBJECTS:
            names = set(SETS[VIDEO_OBJECTS[name]]) if VIDEO_OBJECTS[name] else set()
        elif name in EVENTS:
            names = known_names(EVENTS[name])
        else:
            problems.append(f"event {name}")
            continue
        for p in e["properties"]:
            for n in p["name"].split(", "):
                n = n.replace("[", ".").replace("]", "")
                if n.startswith("context."):
                    n, have = n[8:].replace("traits.email", "traits").replace("user_agent", "userAgent"), set(CONTEXT)
                else:
                    have = names
                if n not in have:
                    problems.append(f"{name}: {n}")
    if problems:
        sys.exit("no row for:\n  " + "\n  ".join(problems))


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        listed = [e for events in json.load(f)["categories"].values() for e in events]
    check(listed)
    aliases = {e["event"]: e["aliases"] for e in listed}
    out = [HEAD + "version: 1", "", "purposes:"]
    for name, (basis, categories, doc) in PURPOSES.items():
        out += [f"  {name}:", f"    basis: {basis}", f"    categories: {flow(categories)}", f"    doc: {scalar(doc)}"]
    out += ["", "identifiers:"]
    for name, (priority, limit, blocked, doc) in IDENTIFIERS.items():
        out += [f"  {scalar(name)}:", f"    priority: {priority}", f"    limit: {limit}"]
        if blocked:
            out += ["    blocked:"] + [f"      - {scalar(b)}" for b in blocked]
        out.append(f"    doc: {scalar(doc)}")
    out += ["", "persons:"]
    for name, r in PERSONS.items():
        field(name, r, 2, out)
    out += ["", "# Fields that several events share: an event names them in its \"sets\", an array in \"elements\".", "sets:"]
    for name, fields in SETS.items():
        out.append(f"  {name}:")
        for n, r in fields.items():
            field(n, r, 4, out)
    out += ["", "events:"]
    for name, definition in CALLS.items():
        event(name, definition, [], out)
    for name, definition in EVENTS.items():
        event(name, definition, aliases.get(name, []), out)
    print("\n".join(out))


main()
