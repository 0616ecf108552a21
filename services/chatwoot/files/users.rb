# Lets people in and out of Chatwoot. Run by `rails runner` with one request, a JSON object in USER_REQUEST or on standard
# input: {"action": "add|list|reset|remove", "email", "name", "role": "agent|administrator", and "password" or its
# bcrypt hash "passwordHash"; without either Chatwoot sends a link}. Prints one line, `users: {...}`, and no secret.

def answer(**result)
  puts "users: #{result.to_json}"
  exit 0
end

# Chatwoot wants one of each kind; what people type comes later, by the link
def unknown_password = "#{SecureRandom.alphanumeric(40)}aA1!"

def set_password(user, request)
  user.password = user.password_confirmation = request['password'] || unknown_password
  user.encrypted_password = request['passwordHash'] if request['passwordHash']
end

# without a password: the mail of a forgotten one, sent by Sidekiq, whose link is Chatwoot's own
def send_link(user, request)
  mail = !(request['password'] || request['passwordHash'])
  user.send_reset_password_instructions if mail
  mail
end

def described(membership)
  { email: membership.user.email, name: membership.user.name, role: membership.role }
end

request = JSON.parse(ENV['USER_REQUEST'] || $stdin.read)
email = request['email'].to_s.strip.downcase
bot = AccessToken.find_by(owner_type: 'AgentBot', token: ENV.fetch('CHATWOOT_BOT_TOKEN'))&.owner
account = bot&.account || Account.order(:id).first
abort 'there is no account yet: the job chatwoot-admin makes it' if account.nil?

members = AccountUser.where(account_id: account.id)
user = User.find_by(email: email)
membership = user && members.find_by(user_id: user.id)

case request['action']
when 'list'
  answer users: members.includes(:user).map { |m| described(m) }.sort_by { |m| m[:email] }
when 'add'
  answer result: 'exists', role: membership.role if membership
  ActiveRecord::Base.transaction do
    user ||= User.new(email: email, name: request['name'])
    set_password(user, request)
    # an invitation is enough of a proof
    user.skip_confirmation!
    user.save!
    membership = AccountUser.create!(account_id: account.id, user_id: user.id, role: request['role'])
  end
  answer result: 'added', role: membership.role, mailed: send_link(user, request)
when 'reset'
  answer result: 'absent' if membership.nil?
  unless send_link(user, request)
    set_password(user, request)
    user.tokens = {}
    user.save!
  end
  answer result: 'reset', role: membership.role, mailed: !(request['password'] || request['passwordHash'])
when 'remove'
  answer result: 'absent' if membership.nil?
  answer result: 'refused', reason: 'is the adminEmail of the settings' if email == ENV.fetch('ADMIN_EMAIL').strip.downcase
  others = members.where(role: :administrator).where.not(user_id: user.id)
  answer result: 'refused', reason: 'is the last administrator' if membership.administrator? && others.none?
  # out of the account: conversations and messages keep their author, and the same person can come back
  ActiveRecord::Base.transaction do
    membership.destroy!
    user.type = nil
    user.tokens = {}
    set_password(user, {})
    user.save!
  end
  answer result: 'removed'
else
  abort "unknown action: #{request['action']}"
end
